import { useEffect, useEffectEvent, useReducer, useRef, useState } from "react";
import type { ProjectReply } from "#contract/routes/projects.ts";
import { api, sentenceOf } from "../../../app/api.ts";
import { queryClient } from "../../../app/queries.ts";
import { uploadFile } from "../upload.ts";
import { fromLines, toLines } from "./table-text.ts";
import { emptyState, typedReducer } from "./typed-state.ts";

/** The file of rows that are typed here; it is a data file like any other. */
export const typedFile = "typed.jsonl";
const mostBytes = 2_000_000;
const pauseMs = 600;

export type TypedStatus =
  | { kind: "loading" }
  | { kind: "foreign" }
  | { kind: "idle" }
  | { kind: "unsaved" }
  | { kind: "saved"; at: string }
  | { kind: "failed"; message: string; code?: string };

/**
 * The typed rows of a project: read once, saved whole shortly after each change, one save at a time.
 * What was changed elsewhere is never overwritten.
 */
export function useTypedRows(project: ProjectReply) {
  const { slug } = project;
  const [state, dispatch] = useReducer(typedReducer, emptyState);
  const [status, setStatus] = useState<TypedStatus>({ kind: "loading" });
  const known = project.data.find(({ name }) => name === typedFile);
  /** What the server has: its text and its hash; "" where there is no file. */
  const server = useRef({ text: "", sha256: "" });
  const saving = useRef<Promise<void> | null>(null);
  const role = useRef(known?.role ?? "train");
  if (known) role.current = known.role;

  const load = async (): Promise<void> => {
    setStatus({ kind: "loading" });
    try {
      const file = await fetchTyped(slug);
      const rows = file.text.length > mostBytes ? undefined : fromLines(file.text);
      if (!rows) {
        setStatus({ kind: "foreign" });
        return;
      }
      server.current = { text: toLines(rows), sha256: file.sha256 };
      dispatch({ type: "load", rows });
      setStatus({ kind: "idle" });
    } catch (error) {
      setStatus({ kind: "failed", ...sentenceOf(error) });
    }
  };
  const onProject = useEffectEvent(load);
  useEffect(() => void onProject(), [slug]);

  const text = toLines(state.rows);
  const latest = useRef(text);
  latest.current = text;

  const save = async (): Promise<void> => {
    while (saving.current) await saving.current;
    const wanted = latest.current;
    const { text: there, sha256 } = server.current;
    if (wanted === there) return;
    const work = async (): Promise<void> => {
      try {
        if (wanted === "") {
          const params = { project: slug, file: typedFile };
          await api.request("DELETE /api/projects/{project}/data/{file}", { params });
          server.current = { text: "", sha256: "" };
        } else {
          const options = { role: role.current, replaces: sha256 };
          const blob = new Blob([wanted]);
          const stored = await uploadFile(slug, typedFile, blob, options);
          server.current = { text: wanted, sha256: stored };
        }
        setStatus({ kind: "saved", at: new Date().toISOString() });
        void queryClient.invalidateQueries({ queryKey: ["project", slug] });
      } catch (error) {
        setStatus({ kind: "failed", ...sentenceOf(error) });
      }
    };
    saving.current = work();
    await saving.current;
    saving.current = null;
    // What was undone while it was on its way looked saved, and is not.
    if (server.current.text === wanted && latest.current !== wanted) await save();
  };

  const onPause = useEffectEvent(save);
  const ready = status.kind !== "loading" && status.kind !== "foreign";
  useEffect(() => {
    if (!ready || text === server.current.text) return undefined;
    setStatus({ kind: "unsaved" });
    const timer = setTimeout(() => void onPause(), pauseMs);
    return () => clearTimeout(timer);
  }, [text, ready]);

  // What was typed last is kept when the page is left.
  useEffect(() => () => void onPause(), []);

  return {
    state,
    dispatch,
    status,
    save,
    load,
    rows: text === "" ? 0 : text.split("\n").length - 1,
  };
}

async function fetchTyped(project: string): Promise<{ text: string; sha256: string }> {
  const { files } = await api.request("GET /api/projects/{project}/data", { params: { project } });
  const file = files.find(({ name }) => name === typedFile);
  if (!file) return { text: "", sha256: "" };
  const address = api.href("GET /api/projects/{project}/data/{file}", {
    params: { project, file: typedFile },
  });
  if (file.bytes > mostBytes) return { text: "\u0000".repeat(mostBytes + 1), sha256: file.sha256 };
  const reply = await fetch(address);
  return { text: await reply.text(), sha256: file.sha256 };
}
