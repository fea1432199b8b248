import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { sentenceOf } from "../../app/api.ts";
import { queryClient } from "../../app/queries.ts";
import { say } from "../../ui/toast.tsx";
import { uploadFile } from "./upload.ts";

/** A file on its way, or one that was not taken, with the reason. */
export interface Upload {
  id: number;
  name: string;
  done: number;
  total: number;
  state: "waiting" | "going" | "failed";
  error?: { message: string; code?: string };
  /** Kept for the next attempt. */
  file: File;
}

export type Existing = "replace" | "keep_both";

/** Files named as a check set usually is are one; the word stands beside the file. */
export const roleOf = (name: string): "train" | "check" =>
  /^(check|eval|evaluation|dev|valid|validation|test)\b/i.test(name) ? "check" : "train";

/** Uploads one after the other, each with its own end: taken, cancelled or refused with a reason. */
export function useUploads(project: string) {
  const { t } = useTranslation("examples");
  const [uploads, setUploads] = useState<Upload[]>([]);
  const queue = useRef<{ id: number; file: File; stop: AbortController; existing?: Existing }[]>(
    [],
  );
  const busy = useRef(false);
  const nextId = useRef(1);
  const change = (id: number, values: Partial<Upload>) =>
    setUploads((list) => list.map((one) => (one.id === id ? { ...one, ...values } : one)));
  const drop = (id: number) => setUploads((list) => list.filter((one) => one.id !== id));

  async function work(): Promise<void> {
    if (busy.current) return;
    busy.current = true;
    for (let next = queue.current[0]; next; next = queue.current[0]) {
      const { id, file, stop, existing } = next;
      try {
        stop.signal.throwIfAborted();
        change(id, { state: "going" });
        const onProgress = (done: number, total: number) => change(id, { done, total });
        const options = { role: roleOf(file.name), onProgress, signal: stop.signal };
        await uploadFile(project, file.name, file, {
          ...options,
          ...(existing && { existing }),
        });
        drop(id);
      } catch (error) {
        if (stop.signal.aborted) {
          drop(id);
          say(t("cancelled", { file: file.name }));
        } else change(id, { state: "failed", error: sentenceOf(error) });
      }
      queue.current.shift();
      await queryClient.invalidateQueries({ queryKey: ["project", project] });
    }
    busy.current = false;
  }

  return {
    uploads,
    start: (files: readonly File[]) => {
      const added = files.map((file) => {
        const id = nextId.current++;
        queue.current.push({ id, file, stop: new AbortController() });
        const { name, size: total } = file;
        return { id, name, done: 0, total, state: "waiting" as const, file };
      });
      const names = new Set(files.map(({ name }) => name));
      // A file that is tried again takes its refusal's place.
      setUploads((list) => [
        ...list.filter((one) => one.state !== "failed" || !names.has(one.name)),
        ...added,
      ]);
      void work();
    },
    /** Sends a file again that was refused because one of its name is there. */
    again: ({ id, file }: Upload, existing: Existing) => {
      queue.current.push({ id, file, stop: new AbortController(), existing });
      change(id, { state: "waiting", done: 0 });
      void work();
    },
    /** Stops an upload, or takes a refusal off the page. */
    dismiss: (id: number) => {
      const waiting = queue.current.find((one) => one.id === id);
      if (waiting) waiting.stop.abort();
      else drop(id);
    },
  };
}
