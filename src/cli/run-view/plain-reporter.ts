import type { RunEvent } from "#contract/events.ts";
import { decimal } from "#cli/output/format.ts";
import { bodySentence } from "#contract/body-sentence.ts";
import type { Terminal } from "#cli/terminal.ts";
import type { Reporter } from "./reporter.ts";
import { eventWords } from "./words.ts";

const frequent = new Set<RunEvent["type"]>([
  "train.step",
  "train.evaluated",
  "train.checkpoint",
  "stage.progress",
]);

/**
 * Plain lines, for files and pipes. Of each frequent kind of event at most one per `seconds` is
 * printed, by the events' own times, so that a log read afterwards looks like the one written live;
 * the last training step and the last held-out loss always are. `known` decisions were printed before.
 */
export function plainReporter(
  terminal: Terminal,
  { seconds = 5, known = new Set<string>() }: { seconds?: number; known?: Set<string> } = {},
): Reporter {
  const shownAt = new Map<RunEvent["type"], number>();
  let heldOut: number | null = null;
  let skipped: string | undefined;
  return {
    event(event) {
      if (event.type === "train.evaluated") heldOut = event.loss;
      if (frequent.has(event.type)) {
        const time = Date.parse(event.time);
        const since = time - (shownAt.get(event.type) ?? -Infinity);
        if (since < seconds * 1000 && !isLastStep(event)) return;
        shownAt.set(event.type, time);
      }
      if (event.type === "decision" && known.has(bodySentence(event, terminal.language))) return;
      const words = eventWords(event, terminal.language, skipped);
      if (event.type === "stage.skipped") skipped = bodySentence(event.reason, terminal.language);
      if (words !== undefined) terminal.say(words + suffix(event, heldOut));
    },
    end: () => undefined,
  };
}

const suffix = (event: RunEvent, heldOut: number | null): string =>
  event.type === "stage.finished" && event.stage === "train" && heldOut !== null
    ? `, held-out loss ${decimal(heldOut)}`
    : "";

const isLastStep = (event: RunEvent): boolean =>
  event.type === "train.step" && event.step === event.totalSteps;
