import type { RunEvent, RunEventOf, Stage, Wish } from "#contract/events.ts";
import type { Language } from "#contract/errors.ts";
import type { RunStatus } from "#contract/run.ts";
import { bytes, count, decimal, duration, plural } from "#cli/output/format.ts";
import { bodySentence } from "#contract/body-sentence.ts";
import { eventWordsDe } from "./words.de.ts";

export const stageTitles: Record<Stage, string> = {
  detect_device: "Look at the device",
  import_libraries: "Load the libraries",
  load_model: "Load the model",
  setup_lora: "Set up LoRA",
  tokenize: "Tokenise the rows",
  train: "Train",
  evaluate: "Compare base and tuned",
  merge_lora: "Merge into the model",
  convert_gguf: "Convert to GGUF",
  quantize_gguf: "Quantise and prove",
  create_modelfile: "Write the Modelfile",
  register_ollama: "Create in Ollama",
  verify_ollama: "Prove in Ollama",
};

export const statusWords: Record<RunStatus, string> = {
  queued: "waiting",
  running: "running",
  finished: "finished",
  failed: "failed",
  cancelled: "cancelled",
  paused: "paused",
  interrupted: "interrupted",
};

/** The numbers of a training step in one line. */
export function stepWords(event: RunEventOf<"train.step">): string {
  return [
    `step ${count(event.step)}/${count(event.totalSteps)}`,
    `loss ${decimal(event.loss)}`,
    event.tokensPerSecond === null ? "" : `${count(event.tokensPerSecond)} tokens/s`,
    event.secondsLeft === null ? "" : `${duration(event.secondsLeft)} left`,
  ]
    .filter(Boolean)
    .join(" · ");
}

const fromWords = (step: number | null): string =>
  step === null ? "from the start" : `from step ${count(step)}`;

const wishWords: Record<Wish, string> = {
  cancel: "Cancelling at the next step",
  pause: "Pausing at the next step",
  restart: "Starting anew from the last checkpoint",
};

/** How far a stage is, in its unit. */
export function progressWords({ done, total, unit }: RunEventOf<"stage.progress">): string {
  return unit === "bytes"
    ? `${bytes(done)} of ${bytes(total)}`
    : `${count(done)} of ${count(total)} ${unit}`;
}

/**
 * An event as a line for people, or undefined where it says nothing beside others.
 * `skippedBefore` is the reason of the last skipped stage, which is not said twice. Frequent ones
 * (`train.step`, `stage.progress`) have a line, too: whoever prints them thins them out.
 */
export function eventWords(
  event: RunEvent,
  language: Language,
  skippedBefore?: string,
): string | undefined {
  return language === "de"
    ? eventWordsDe(event, skippedBefore)
    : eventWordsEn(event, skippedBefore);
}

function eventWordsEn(event: RunEvent, skippedBefore?: string): string | undefined {
  const language = "en";
  switch (event.type) {
    case "run.queued":
      return "Waiting for the device";
    case "run.started":
      return event.attempt > 1 ? `Started again (attempt ${event.attempt})` : "Started";
    case "run.finished":
      return "Finished";
    case "run.failed":
      return `Failed: ${bodySentence(event.error, language)}`;
    case "run.cancelled":
      return "Cancelled";
    case "run.paused":
      return event.reason ? `Paused: ${bodySentence(event.reason, language)}` : "Paused";
    case "run.interrupted":
      return event.reason ? `Interrupted: ${bodySentence(event.reason, language)}` : "Interrupted";
    case "run.resumed":
      return event.by === "automatic"
        ? `Taken up again by itself (${plural(event.count, "time")}), ${fromWords(event.step)}`
        : `Taken up again, ${fromWords(event.step)}`;
    case "run.wish":
      return wishWords[event.wish];
    case "run.stalled":
      return `Nothing has moved for ${duration(event.seconds)} (at ${event.where}). ${bodySentence(event.cause, language)}`;
    case "stage.started":
      return `${stageTitles[event.stage]} …`;
    case "stage.progress":
      return `${stageTitles[event.stage]}: ${progressWords(event)}${event.note ? ` (${event.note})` : ""}`;
    case "stage.finished":
      return `${stageTitles[event.stage]}: done in ${duration(event.seconds)}`;
    case "stage.skipped": {
      const reason = bodySentence(event.reason, language);
      const title = stageTitles[event.stage];
      return reason === skippedBefore ? `${title}: skipped, too` : `${title}: skipped. ${reason}`;
    }
    case "decision":
      return bodySentence(event, language);
    case "warning":
      return `Note: ${bodySentence(event, language)}`;
    case "train.step":
      return `Train: ${stepWords(event)}`;
    case "train.evaluated":
      return `Held-out loss ${decimal(event.loss)} after step ${count(event.step)}${event.best ? " (best so far)" : ""}`;
    case "train.checkpoint":
      return `Checkpoint at step ${count(event.step)}`;
    case "train.early_stopped":
      return `Stopped early at step ${count(event.step)}: no better for ${plural(event.patience, "check")}; best was step ${count(event.bestStep)} (loss ${decimal(event.bestLoss)})`;
    case "train.resumed":
      return `Goes on from the checkpoint at step ${count(event.step)}`;
    case "memory.peak":
      return `Most memory while ${phaseWords[event.phase]}: ${bytes(event.bytes)}`;
    case "memory.lowered":
      return `Goes on with less memory: ${rungWords(event)}`;
    case "rehearsal.asked":
      return `Looks whether this way into Ollama (${event.format}) was tried before`;
    case "rehearsal.ready":
      return `Rehearsal: the untrained model was merged, converted and quantised in ${duration(event.seconds)}`;
    case "proof.gguf":
      return proofWords(event);
    case "error":
      return `Error: ${bodySentence(event.error, language)}`;
    case "log":
      return event.level === "debug" ? undefined : event.text;
    case "report":
      return verdictWords[event.verdict];
    default:
      event satisfies never;
      return undefined;
  }
}

const phaseWords: Record<RunEventOf<"memory.peak">["phase"], string> = {
  load: "loading the model",
  probe: "trying the longest batch",
  train: "training",
  evaluate: "evaluating",
};

const rungWords = ({ rung, batchSize, accumulation }: RunEventOf<"memory.lowered">): string =>
  ({
    allocator: "what is freed goes back to the system at once",
    micro_batch: `${plural(batchSize, "row or pack", "rows or packs")} at a time, ${plural(accumulation, "time")} per step`,
    checkpointing: "activations are computed twice",
  })[rung];

const verdictWords: Record<RunEventOf<"report">["verdict"], string> = {
  better: "The tuned model is better on the held-out rows",
  not_proven: "On the held-out rows no difference is proven",
  worse: "The tuned model is worse on the held-out rows",
  not_measured: "There was nothing to measure the tuned model with",
};

function proofWords(event: RunEventOf<"proof.gguf">): string {
  const { format, tokenTexts, tokenTextsEqual, answers, answersEqual, nearTies } = event;
  const ties = nearTies > 0 ? ` (${plural(nearTies, "near-tie")})` : "";
  return [
    `GGUF proven (${format}): tokens equal in ${tokenTextsEqual} of ${tokenTexts} texts`,
    ...(answers > 0 ? [`answers equal in ${answersEqual} of ${answers}${ties}`] : []),
  ].join(", ");
}
