import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { bodySentence } from "#contract/body-sentence.ts";
import type { ReplyOf } from "#contract/client.ts";
import { api, sentenceOf } from "../../app/api.ts";
import { queries, queryClient } from "../../app/queries.ts";
import { useFormat } from "../../i18n/format.ts";
import type { PageLanguage } from "../../i18n/index.ts";
import { Mark } from "../../ui/mark.tsx";
import { Note } from "../../ui/note.tsx";
import { Progress } from "../../ui/progress.tsx";
import { say } from "../../ui/toast.tsx";
import { SettingRow } from "./setting-row.tsx";

const tones = { ready: "good", missing: "warn", broken: "bad" } as const;

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
export function Engine() {
  const { t, i18n } = useTranslation(["pages", "common"]);
  // Known at once, while the rest of the computer is still being examined.
  const { data: engine } = useQuery(queries.engine());
  const { data } = useQuery(queries.jobs());
  const last = data?.jobs
    .filter(({ kind }) => kind === "engine_install")
    .toSorted((a, b) => a.started_at.localeCompare(b.started_at))
    .at(-1);
  const running = last?.status === "running";
  const state = engine?.state;
  const install = async () => {
    try {
      await api.request("POST /api/engine/install", { json: { repair: state !== "missing" } });
      await queryClient.invalidateQueries({ queryKey: ["jobs"] });
    } catch (error) {
      say(sentenceOf(error).message);
    }
  };
  const failed = last?.status === "failed" && state !== "ready" ? last.error : null;
  const mended = last?.status === "finished" && state === "ready" ? last.ended_at : null;
  return (
    <section aria-label={t("engine")}>
      <div className="sec-head mt-6">
        <h2 className="big">{t("engine")}</h2>
        <span className="muted">{t("engineLead")}</span>
      </div>
      <SettingRow name={t("enginePart")} hint={engine && <Versions engine={engine} />}>
        {state === undefined ? (
          <p className="muted late" role="status">
            {t("looking")}
          </p>
        ) : (
          <div className="row row-between">
            <span>
              <Mark tone={tones[state]}>{t(`engine_${state}`)}</Mark>
              {mended && <Checked at={mended} />}
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
        )}
        {state === "broken" && engine?.gone && !running && !failed && (
          <p className="sm soft mt-2">{t("engineGone", { path: engine.gone })}</p>
        )}
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
      </SettingRow>
    </section>
  );
}

function Checked({ at }: { at: string }) {
  const { t } = useTranslation("pages");
  const format = useFormat();
  return <span className="muted"> {t("engineChecked", { time: format.ago(at) })}</span>;
}

/** What a newcomer asks for first when something does not fit together. */
const told = ["python", "torch", "transformers", "peft", "llama.cpp", "llama_cpp"];

function Versions({ engine }: { engine: ReplyOf<"GET /api/engine"> }) {
  const named = Object.entries(engine.versions)
    .filter(([name]) => told.includes(name))
    .map(([name, version]) => `${name} ${version}`);
  return named.length === 0 ? null : named.join(", ");
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
