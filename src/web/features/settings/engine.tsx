import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { bodySentence } from "#contract/body-sentence.ts";
import type { ReplyOf } from "#contract/client.ts";
import { api, sentenceOf } from "../../app/api.ts";
import { queries, queryClient } from "../../app/queries.ts";
import { useFormat } from "../../i18n/format.ts";
import type { PageLanguage } from "../../i18n/index.ts";
import { Note } from "../../ui/note.tsx";
import { Progress } from "../../ui/progress.tsx";
import { say } from "../../ui/toast.tsx";

type Job = ReplyOf<"GET /api/jobs">["jobs"][number];

const steps = [
  "waiting",
  "checking",
  "uv",
  "python",
  "compiling",
  "llama",
  "source",
  "verifying",
] as const;

/** The training engine: its state, its installation with sizes, and why that failed. */
export function Engine({ state }: { state: "ready" | "missing" | "broken" }) {
  const { t, i18n } = useTranslation(["pages", "common"]);
  const { data } = useQuery(queries.jobs());
  const last = data?.jobs
    .filter(({ kind }) => kind === "engine_install")
    .toSorted((a, b) => a.started_at.localeCompare(b.started_at))
    .at(-1);
  const running = last?.status === "running";
  const install = async () => {
    try {
      await api.request("POST /api/engine/install", { json: { repair: state !== "missing" } });
      await queryClient.invalidateQueries({ queryKey: ["jobs"] });
    } catch (error) {
      say(sentenceOf(error).message);
    }
  };
  const failed = last?.status === "failed" && state !== "ready" ? last.error : null;
  return (
    <>
      <div className="row row-between mt-3">
        <span>
          {t("engine")}: <b>{t(`engine_${state}`)}</b>
        </span>
        {!failed && (
          <button
            type="button"
            className="btn btn-sm"
            disabled={running}
            onClick={() => void install()}
          >
            {state === "missing" ? t("install") : t("repair")}
          </button>
        )}
      </div>
      {running && <Installing job={last} />}
      {failed && (
        <Note
          tone="bad"
          title={t("installFailed")}
          code={failed.code}
          actions={
            <button type="button" className="btn btn-sm" onClick={() => void install()}>
              {t("common:retry")}
            </button>
          }
        >
          {bodySentence(failed, i18n.language as PageLanguage)}
        </Note>
      )}
    </>
  );
}

function Installing({ job }: { job: Job }) {
  const { t } = useTranslation("pages");
  const format = useFormat();
  const step = steps.find((one) => one === job.step);
  const title = t("installing", { step: step ? t(`step_${step}`) : "" });
  const sizes =
    job.total === null
      ? ""
      : t("installedOf", { done: format.bytes(job.done ?? 0), total: format.bytes(job.total) });
  return (
    <div role="status" className="mt-2">
      <Progress value={job.total ? (job.done ?? 0) / job.total : undefined} label={title} />
      <p className="sm muted mt-1">{[title, sizes, job.note].filter(Boolean).join(" · ")}</p>
    </div>
  );
}
