import { useNavigate } from "@tanstack/react-router";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Imported } from "#contract/archive.ts";
import { ApiError } from "#contract/client.ts";
import { api, sentenceOf } from "../../app/api.ts";
import { queryClient } from "../../app/queries.ts";
import { Icon } from "../../ui/icon.tsx";
import { say } from "../../ui/toast.tsx";

/** Brings in a run from another machine, and goes to it. */
export function ImportRun() {
  const { t, i18n } = useTranslation("passport");
  const navigate = useNavigate();
  const input = useRef<HTMLInputElement>(null);
  const [busy, setBusy] = useState(false);
  const bring = async (file: File) => {
    setBusy(true);
    try {
      const imported = await send(file, i18n.language);
      await queryClient.invalidateQueries();
      say(
        t(imported.base_found ? "broughtIn" : "broughtInWithoutBase", { number: imported.number }),
      );
      await navigate({
        to: "/projects/$project/runs/$run",
        params: { project: imported.project, run: imported.run },
      });
    } catch (error) {
      say(sentenceOf(error).message);
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <button type="button" className="btn" disabled={busy} onClick={() => input.current?.click()}>
        <Icon name="upload" />
        {t(busy ? "bringing" : "bringIn")}
      </button>
      <input
        ref={input}
        type="file"
        accept=".tar"
        hidden
        aria-label={t("bringIn")}
        onChange={(event) => {
          const [file] = event.target.files ?? [];
          event.target.value = "";
          if (file) void bring(file);
        }}
      />
    </>
  );
}

/** The file as the body of a request: the browser streams it from the disk. */
async function send(file: File, language: string): Promise<Imported> {
  const reply = await fetch(api.href("PUT /api/imports", {}), {
    method: "PUT",
    headers: { "Content-Type": "application/octet-stream", "Accept-Language": language },
    body: file,
  });
  const body = (await reply.json()) as Imported & {
    error?: { code: string; params: Record<string, string>; message: string };
  };
  if (body.error) {
    throw new ApiError(reply.status, body.error.code, body.error.params, body.error.message);
  }
  return body;
}
