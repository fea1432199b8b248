import { useTranslation } from "react-i18next";
import { bodySentence } from "#contract/body-sentence.ts";
import type { ErrorBody } from "#contract/errors.ts";
import type { RunEvent } from "#contract/events.ts";
import { useFormat } from "../../i18n/format.ts";
import type { PageLanguage } from "../../i18n/index.ts";

/**
 * Whether an event has a line of its own in the log. How far a stage is, the stage list shows; that
 * memory ran out, a warning says with the reason.
 */
export const isTold = ({ type }: RunEvent): boolean =>
  type !== "stage.progress" && type !== "memory.lowered";

/** An event in the page's language; what the stage list and the measures show is said shortly. */
export function useEventText(): (event: RunEvent) => string {
  const { t, i18n } = useTranslation("run");
  const format = useFormat();
  const inWords = (body: ErrorBody) => bodySentence(body, i18n.language as PageLanguage);
  const number = (value: number | null) => (value === null ? "–" : format.number(value, 3));
  return (event) => {
    switch (event.type) {
      case "decision":
      case "warning":
        return inWords(event);
      case "error":
        return inWords(event.error);
      case "run.failed":
        return t("log_failed", { reason: inWords(event.error) });
      case "run.queued":
        return t("log_queued");
      case "run.started":
        return event.attempt > 1
          ? t("log_startedAgain", { attempt: event.attempt })
          : t("log_started");
      case "run.finished":
        return t("log_finished");
      case "run.cancelled":
        return t("log_cancelled");
      case "run.paused":
        return event.reason
          ? t("log_pausedBecause", { reason: inWords(event.reason) })
          : t("log_paused");
      case "run.interrupted":
        return event.reason
          ? t("log_interruptedBecause", { reason: inWords(event.reason) })
          : t("log_interrupted");
      case "run.resumed":
        return t(event.by === "automatic" ? "log_takenUp" : "log_takenUpByPerson", {
          from:
            event.step === null
              ? t("log_fromStart")
              : t("log_fromStep", { step: format.number(event.step) }),
        });
      case "run.wish":
        return t(`log_wish_${event.wish}`);
      case "run.stalled":
        return t("log_stalled", {
          time: format.duration(event.seconds),
          where: event.where || "–",
          cause: inWords(event.cause),
        });
      case "stage.started":
        return `${t(`stage_${event.stage}`)}: ${t("log_started")}`;
      case "stage.finished":
        return `${t(`stage_${event.stage}`)}: ${t("log_done", { time: format.seconds(event.seconds) })}`;
      case "stage.progress":
        return `${t(`stage_${event.stage}`)}: ${format.number(event.done)} / ${format.number(event.total)}`;
      case "stage.skipped":
        return `${t(`stage_${event.stage}`)}: ${inWords(event.reason)}`;
      case "train.step":
        return t("log_step", {
          step: format.number(event.step),
          loss: number(event.loss),
          rate: event.learningRate === null ? "–" : format.significant(event.learningRate),
        });
      case "train.evaluated":
        return t(event.best ? "log_evaluatedBest" : "log_evaluated", { loss: number(event.loss) });
      case "train.checkpoint":
        return t("log_checkpoint", { step: format.number(event.step) });
      case "train.resumed":
        return t("log_resumed", { step: format.number(event.step) });
      case "train.early_stopped":
        return t("log_stopped", { patience: event.patience });
      case "memory.peak":
        return t(`log_peak_${event.phase}`, { bytes: format.bytes(event.bytes) });
      case "memory.lowered":
        return t(`log_lowered_${event.rung}`, {
          size: format.number(event.batchSize),
          times: format.number(event.accumulation),
        });
      case "rehearsal.asked":
        return t("log_rehearsalAsked");
      case "rehearsal.ready":
        return t("log_rehearsalReady", { time: format.duration(event.seconds) });
      case "proof.gguf":
        return t("log_proof", {
          format: event.format,
          tokens: format.number(event.tokenTextsEqual),
          texts: format.number(event.tokenTexts),
          equal: format.number(event.answersEqual),
          answers: format.number(event.answers),
        });
      case "report":
        return t(`log_report_${event.verdict}`);
      case "log":
        return event.text;
    }
  };
}
