import { useTranslation } from "react-i18next";
import { bodySentence } from "#contract/body-sentence.ts";
import type { ErrorBody } from "#contract/errors.ts";
import type { RunReply } from "#contract/routes/runs.ts";
import { api, sentenceOf } from "../../app/api.ts";
import { queryClient } from "../../app/queries.ts";
import { useFormat } from "../../i18n/format.ts";
import type { PageLanguage } from "../../i18n/index.ts";
import { Icon } from "../../ui/icon.tsx";
import { Note } from "../../ui/note.tsx";
import { say } from "../../ui/toast.tsx";

const ladder = new Set(["memory_allocator", "memory_micro_batch", "memory_checkpointing"]);

/** What a person should know of a run at once: its fault, why it stands, that it hangs. */
export function RunNotes({ run }: { run: RunReply }) {
  const { t, i18n } = useTranslation("run");
  const { error, reason, stalled, status, warnings } = run.state;
  const lowered = warnings.findLast(({ code }) => ladder.has(code));
  const inWords = (body: ErrorBody) => bodySentence(body, i18n.language as PageLanguage);
  return (
    <>
      {error && (
        <Note tone="bad" title={t("fault")} code={error.code}>
          {inWords(error)}
        </Note>
      )}
      {reason && (
        <Note
          tone="warn"
          title={t(`why_${status === "paused" ? "paused" : "stands"}`)}
          code={reason.code}
        >
          {inWords(reason)}
        </Note>
      )}
      {stalled && status === "running" && <Stalled run={run} stalled={stalled} />}
      {lowered && !error && (
        <Note tone="info" title={t("lowered")} code={lowered.code}>
          {inWords(lowered)}
        </Note>
      )}
    </>
  );
}

function Stalled(props: { run: RunReply; stalled: NonNullable<RunReply["state"]["stalled"]> }) {
  const { t, i18n } = useTranslation("run");
  const format = useFormat();
  const { run, stalled } = props;
  const { project, id } = run;
  const restart = async () => {
    try {
      await api.request("POST /api/projects/{project}/runs/{run}/restart", {
        params: { project, run: id },
      });
      await queryClient.invalidateQueries({ queryKey: ["run", project, id] });
    } catch (error) {
      say(sentenceOf(error).message);
    }
  };
  const stage = run.state.stage;
  return (
    <Note
      tone="warn"
      title={t("stalled", { time: format.clock(stalled.since) })}
      code={stalled.cause.code}
      actions={
        <button
          type="button"
          className="btn btn-sm"
          disabled={run.state.wish !== null}
          onClick={() => void restart()}
        >
          <Icon name="play" />
          {t("restart")}
        </button>
      }
    >
      <p>{bodySentence(stalled.cause, i18n.language as PageLanguage)}</p>
      <p>
        {t("stalledAt", { stage: stage ? t(`stage_${stage}`) : "–" })}
        {stalled.where && (
          <>
            {" "}
            <span className="mono sm">{stalled.where}</span>
          </>
        )}
      </p>
      <p className="soft">{t("restartHint")}</p>
    </Note>
  );
}
