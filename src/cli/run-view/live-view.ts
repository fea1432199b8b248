import type { RunEvent, Stage } from "#contract/events.ts";
import { decimal, duration } from "#cli/output/format.ts";
import type { Terminal } from "#cli/terminal.ts";
import { progressWords, stageTitles, stepWords } from "./words.ts";

/** What the redrawn lines show: the stage that is going on. */
export interface LiveState {
  stage: Stage | undefined;
  /** Local time in milliseconds at which this view saw the stage begin. */
  since: number;
  /** Share done, 0 to 1; undefined = not known. */
  share: number | undefined;
  words: string;
  losses: number[];
  heldOut: number | null;
}

export const emptyLive = (): LiveState => ({
  stage: undefined,
  since: 0,
  share: undefined,
  words: "",
  losses: [],
  heldOut: null,
});

/** Folds one event into what is redrawn. */
export function advance(state: LiveState, event: RunEvent, now: number): LiveState {
  switch (event.type) {
    case "stage.started":
      return { ...emptyLive(), stage: event.stage, since: now };
    case "stage.progress":
      return event.stage === state.stage
        ? { ...state, share: share(event.done, event.total), words: progressWords(event) }
        : state;
    case "train.step":
      return {
        ...state,
        share: share(event.step, event.totalSteps),
        words: stepWords(event),
        losses: event.loss === null ? state.losses : [...state.losses, event.loss],
      };
    case "train.evaluated":
      return { ...state, heldOut: event.loss };
    case "stage.finished":
    case "stage.skipped":
    case "run.failed":
    case "run.finished":
    case "run.cancelled":
    case "run.paused":
    case "run.interrupted":
      return emptyLive();
    default:
      return state;
  }
}

const share = (done: number, total: number): number | undefined =>
  total > 0 ? Math.min(1, Math.max(0, done / total)) : undefined;

const frames = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏";
const barWidth = 24;

/** The redrawn lines of the stage that is going on; "" between stages. */
export function drawLive(state: LiveState, now: number, terminal: Terminal): string {
  if (state.stage === undefined) return "";
  const frame = frames[Math.floor(now / 100) % frames.length] ?? "";
  const elapsed = terminal.style("dim", duration((now - state.since) / 1000));
  const head = `${terminal.style("cyan", frame)} ${stageTitles[state.stage]}`;
  const bar = state.share === undefined ? [] : [drawBar(state.share, barWidth, terminal)];
  return [
    [head, ...bar, elapsed].join("  "),
    ...(state.words === "" ? [] : [`  ${state.words}`]),
    ...drawCurve(state, terminal),
  ].join("\n");
}

/** The line of losses with the last held-out one; none before there is a curve. */
export function drawCurve({ losses, heldOut }: LiveState, terminal: Terminal): string[] {
  if (losses.length < 2) return [];
  const measured =
    heldOut === null ? "" : `  ${terminal.style("dim", "held-out")} ${decimal(heldOut)}`;
  return [`  ${drawLosses(losses, terminal)}${measured}`];
}

export function drawBar(part: number, width: number, terminal: Pick<Terminal, "style">): string {
  const full = Math.round(part * width);
  const shown = `${Math.floor(part * 100)}`.padStart(3);
  return `${terminal.style("cyan", "━".repeat(full))}${terminal.style("dim", "─".repeat(width - full))} ${shown} %`;
}

const blocks = "▁▂▃▄▅▆▇█";

/** First and last loss with a line of blocks between; at most `most` blocks, each a mean. */
export function drawLosses(
  losses: readonly number[],
  terminal: Pick<Terminal, "style">,
  most = 40,
): string {
  const size = Math.ceil(losses.length / most);
  const means = Array.from({ length: Math.ceil(losses.length / size) }, (_, index) => {
    const part = losses.slice(index * size, (index + 1) * size);
    return part.reduce((sum, loss) => sum + loss, 0) / part.length;
  });
  const low = Math.min(...means);
  const span = Math.max(...means) - low || 1;
  const curve = means.map((mean) => blocks[Math.round(((mean - low) / span) * 7)] ?? "").join("");
  return `${terminal.style("dim", "loss")} ${decimal(losses[0])} ${terminal.style("cyan", curve)} ${decimal(losses.at(-1))}`;
}
