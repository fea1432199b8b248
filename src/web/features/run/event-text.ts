import { useTranslation } from "react-i18next";
import { bodySentence } from "#contract/body-sentence.ts";
import type { ErrorBody } from "#contract/errors.ts";
import type { RunEvent } from "#contract/events.ts";
import { useFormat } from "../../i18n/format.ts";
import type { PageLanguage } from "../../i18n/index.ts";

/** Whether an event has a line of its own in the log. */
export const isTold = ({ type }: RunEvent): boolean =>
  ![
    "stage.progress",
    "run.wish",
    "rehearsal.asked",
    "rehearsal.ready",
    "proof.gguf",
    "report",
    // A warning says the same in words.
    "memory.lowered",
    "memory.peak",
  ].includes(type);

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
      case "run.failed":
        return inWords(event.error);
      case "run.queued":
      case "run.started":
      case "run.finished":
      case "run.cancelled":
      case "run.paused":
      case "run.interrupted":
        return t(`log_${event.type.slice("run.".length) as "queued"}`);
      case "stage.started":
        return `${t(`stage_${event.stage}`)}: ${t("log_started")}`;
      case "stage.finished":
        return `${t(`stage_${event.stage}`)}: ${t("log_done", { time: format.seconds(event.seconds) })}`;
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
      case "run.resumed":
        return t(`log_resumed_${event.by}`);
      case "run.stalled":
        return inWords(event.cause);
      case "train.early_stopped":
        return t("log_stopped", { patience: event.patience });
      case "log":
        return event.text;
      default:
        return event.type;
    }
  };
}
