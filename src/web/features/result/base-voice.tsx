import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { bodySentence } from "#contract/body-sentence.ts";
import type { ReplyOf } from "#contract/client.ts";
import { api, sentenceOf } from "../../app/api.ts";
import { queries, queryClient } from "../../app/queries.ts";
import { useJob } from "../../app/use-job.ts";
import { useFormat } from "../../i18n/format.ts";
import type { PageLanguage } from "../../i18n/index.ts";
import { Note } from "../../ui/note.tsx";
import { Progress } from "../../ui/progress.tsx";
import { say } from "../../ui/toast.tsx";

type Run = ReplyOf<"GET /api/projects/{project}/runs/{run}">;

/** Whether the untouched base can answer; undefined until that is known. */
export function useBaseReady(run: Run, wanted: boolean): boolean | undefined {
  const { data } = useQuery({ ...queries.baseModel(run.project, run.id), enabled: wanted });
  return data?.ready;
}

/** What stands between the person and the base's answer: making it ready, how far that is, or why not. */
export function BaseVoice({ run }: { run: Run }) {
  const { t, i18n } = useTranslation("chat");
  const format = useFormat();
  const { data: base } = useQuery(queries.baseModel(run.project, run.id));
  const job = useJob({ kind: "base_model", project: run.project, run: run.id }, () => {
    void queryClient.invalidateQueries({ queryKey: ["base", run.project, run.id] });
  });
  if (!base || base.ready) return null;
  const make = async () => {
    try {
      await api.request("POST /api/projects/{project}/runs/{run}/base", {
        params: { project: run.project, run: run.id },
      });
      await queryClient.invalidateQueries({ queryKey: ["jobs"] });
    } catch (error) {
      say(sentenceOf(error).message);
    }
  };
  if (job?.status === "running") {
    const share = job.done !== null && job.total ? job.done / job.total : undefined;
    const step = job.step as "hash" | "convert" | "quantize" | null;
    return (
      <div className="mt-2">
        <p className="sm">{step === null ? t("baseMaking") : t(`base_${step}`)}</p>
        <Progress label={t("baseMaking")} value={share} />
        <button
          type="button"
          className="btn btn-sm btn-quiet mt-1"
          onClick={() =>
            void api.request("POST /api/jobs/{job}/cancel", { params: { job: job.id } })
          }
        >
          {t("stop")}
        </button>
      </div>
    );
  }
  const { error } = job ?? {};
  return (
    <Note
      tone={error ? "bad" : "info"}
      title={t(error ? "baseFailed" : "baseNeeded")}
      code={error?.code}
      actions={
        <button type="button" className="btn btn-sm" onClick={() => void make()}>
          {t("baseMake")}
        </button>
      }
    >
      {error
        ? bodySentence(error, i18n.language as PageLanguage)
        : t("baseNeededBody", {
            needed: format.bytes(base.needed_bytes),
            free: format.bytes(base.free_bytes),
          })}
    </Note>
  );
}
