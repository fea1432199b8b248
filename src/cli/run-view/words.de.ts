import { bodySentence } from "#contract/body-sentence.ts";
import type { ErrorBody } from "#contract/errors.ts";
import type { RunEvent, RunEventOf, Stage, Wish } from "#contract/events.ts";
import * as english from "#cli/output/format.ts";

/** The same as `eventWords`, in German. */
export function eventWordsDe(event: RunEvent, skippedBefore?: string): string | undefined {
  switch (event.type) {
    case "run.queued":
      return "Wartet auf das Gerät";
    case "run.started":
      return event.attempt > 1 ? `Wieder begonnen (Versuch ${event.attempt})` : "Begonnen";
    case "run.finished":
      return "Fertig";
    case "run.failed":
      return `Gescheitert: ${sentence(event.error)}`;
    case "run.cancelled":
      return "Abgebrochen";
    case "run.paused":
      return event.reason ? `Angehalten: ${sentence(event.reason)}` : "Angehalten";
    case "run.interrupted":
      return event.reason ? `Abgerissen: ${sentence(event.reason)}` : "Abgerissen";
    case "run.resumed":
      return event.by === "automatic"
        ? `Von selbst wieder aufgenommen (${event.count}-mal), ${fromWords(event.step)}`
        : `Wieder aufgenommen, ${fromWords(event.step)}`;
    case "run.wish":
      return wishWords[event.wish];
    case "run.stalled":
      return `Seit ${english.duration(event.seconds)} bewegt sich nichts (bei ${event.where}). ${sentence(event.cause)}`;
    case "stage.started":
      return `${stageTitles[event.stage]} …`;
    case "stage.progress":
      return `${stageTitles[event.stage]}: ${progressWords(event)}${event.note ? ` (${event.note})` : ""}`;
    case "stage.finished":
      return `${stageTitles[event.stage]}: fertig nach ${english.duration(event.seconds)}`;
    case "stage.skipped": {
      const reason = sentence(event.reason);
      const title = stageTitles[event.stage];
      return reason === skippedBefore
        ? `${title}: ebenfalls ausgelassen`
        : `${title}: ausgelassen. ${reason}`;
    }
    case "decision":
      return sentence(event);
    case "warning":
      return `Hinweis: ${sentence(event)}`;
    case "train.step":
      return `Trainieren: ${stepWords(event)}`;
    case "train.evaluated":
      return `Fehler auf Prüfzeilen ${decimal(event.loss)} nach Schritt ${count(event.step)}${event.best ? " (bisher am besten)" : ""}`;
    case "train.checkpoint":
      return `Stand bei Schritt ${count(event.step)} behalten`;
    case "train.early_stopped":
      return `Bei Schritt ${count(event.step)} früh beendet: ${count(event.patience)} Prüfungen ohne bessere; am besten war Schritt ${count(event.bestStep)} (Fehler ${decimal(event.bestLoss)})`;
    case "train.resumed":
      return `Geht vom Stand bei Schritt ${count(event.step)} aus weiter`;
    case "memory.peak":
      return `Höchster Speicherbedarf beim ${phaseWords[event.phase]}: ${bytes(event.bytes)}`;
    case "memory.lowered":
      return `Geht mit weniger Speicher weiter: ${rungWords(event)}`;
    case "rehearsal.asked":
      return `Sieht nach, ob dieser Weg nach Ollama (${event.format}) schon erprobt ist`;
    case "rehearsal.ready":
      return `Probe: Das untrainierte Modell wurde in ${english.duration(event.seconds)} verschmolzen, umgewandelt und quantisiert`;
    case "proof.gguf":
      return proofWords(event);
    case "error":
      return `Fehler: ${sentence(event.error)}`;
    case "log":
      return event.level === "debug" ? undefined : event.text;
    case "report":
      return verdictWords[event.verdict];
    default:
      event satisfies never;
      return undefined;
  }
}

const sentence = (body: ErrorBody): string => bodySentence(body, "de");

/** 1,234.5 → 1.234,5 */
const inGerman = (text: string): string =>
  text.replace(/[.,]/g, (mark) => (mark === "." ? "," : "."));
const count = (value: number): string => inGerman(english.count(value));
const decimal = (value: number | null): string => inGerman(english.decimal(value));
const bytes = (value: number): string => inGerman(english.bytes(value));

const fromWords = (step: number | null): string =>
  step === null ? "von Anfang an" : `ab Schritt ${count(step)}`;

const stageTitles: Record<Stage, string> = {
  detect_device: "Gerät erkennen",
  import_libraries: "Bibliotheken laden",
  load_model: "Modell laden",
  setup_lora: "LoRA einrichten",
  tokenize: "Zeilen in Tokens zerlegen",
  train: "Trainieren",
  evaluate: "Basis und trainiertes Modell vergleichen",
  merge_lora: "Ins Modell einarbeiten",
  convert_gguf: "In GGUF umwandeln",
  quantize_gguf: "Quantisieren und beweisen",
  create_modelfile: "Modelfile schreiben",
  register_ollama: "In Ollama anlegen",
  verify_ollama: "In Ollama beweisen",
};

const wishWords: Record<Wish, string> = {
  cancel: "Bricht beim nächsten Schritt ab",
  pause: "Hält beim nächsten Schritt an",
  restart: "Beginnt vom letzten Stand aus neu",
};

const units: Record<string, string> = {
  rows: "Zeilen",
  steps: "Schritten",
  tensors: "Tensoren",
  checks: "Prüfungen",
};

function progressWords({ done, total, unit }: RunEventOf<"stage.progress">): string {
  return unit === "bytes"
    ? `${bytes(done)} von ${bytes(total)}`
    : `${count(done)} von ${count(total)} ${units[unit] ?? unit}`;
}

function stepWords(event: RunEventOf<"train.step">): string {
  return [
    `Schritt ${count(event.step)}/${count(event.totalSteps)}`,
    `Fehler ${decimal(event.loss)}`,
    event.tokensPerSecond === null ? "" : `${count(event.tokensPerSecond)} Tokens/s`,
    event.secondsLeft === null ? "" : `noch ${english.duration(event.secondsLeft)}`,
  ]
    .filter(Boolean)
    .join(" · ");
}

const phaseWords: Record<RunEventOf<"memory.peak">["phase"], string> = {
  load: "Laden des Modells",
  probe: "Versuch mit dem längsten Stapel",
  train: "Trainieren",
  evaluate: "Auswerten",
};

const rungWords = ({ rung, batchSize, accumulation }: RunEventOf<"memory.lowered">): string =>
  ({
    allocator: "Freigegebenes geht sofort ans System zurück",
    micro_batch: `${count(batchSize)} auf einmal, ${count(accumulation)}-mal je Schritt`,
    checkpointing: "Aktivierungen werden zweimal berechnet",
  })[rung];

const verdictWords: Record<RunEventOf<"report">["verdict"], string> = {
  better: "Das trainierte Modell ist auf den Prüfzeilen besser",
  not_proven: "Auf den Prüfzeilen ist kein Unterschied bewiesen",
  worse: "Das trainierte Modell ist auf den Prüfzeilen schlechter",
  not_measured: "Es gab nichts, woran das trainierte Modell zu messen war",
};

function proofWords(event: RunEventOf<"proof.gguf">): string {
  const { format, tokenTexts, tokenTextsEqual, answers, answersEqual, nearTies } = event;
  const ties = nearTies > 0 ? ` (${count(nearTies)} beinahe unentschieden)` : "";
  return [
    `GGUF bewiesen (${format}): Tokens gleich in ${tokenTextsEqual} von ${tokenTexts} Texten`,
    ...(answers > 0 ? [`Antworten gleich in ${answersEqual} von ${answers}${ties}`] : []),
  ].join(", ");
}
