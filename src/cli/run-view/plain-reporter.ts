import type { RunEvent } from "#contract/events.ts";
import { sentenceOf } from "#cli/report-error.ts";
import type { Terminal } from "#cli/terminal.ts";
import type { Reporter } from "./reporter.ts";
import { eventWords } from "./words.ts";

const frequent = new Set<RunEvent["type"]>(["train.step", "stage.progress"]);

/**
 * Plain lines, for files and pipes. Of the frequent events at most one per `seconds` is printed, by
 * the events' own times, so that a log read afterwards looks like the one written live; the last
 * training step always is. `known` decisions were printed before.
 */
export function plainReporter(
  terminal: Terminal,
  { seconds = 5, known = new Set<string>() }: { seconds?: number; known?: Set<string> } = {},
): Reporter {
  let shownAt = -Infinity;
  return {
    event(event) {
      if (frequent.has(event.type)) {
        const time = Date.parse(event.time);
        if (time - shownAt < seconds * 1000 && !isLastStep(event)) return;
        shownAt = time;
      }
      if (event.type === "decision" && known.has(sentenceOf(event, terminal.language))) return;
      const words = eventWords(event, terminal.language);
      if (words !== undefined) terminal.say(words);
    },
    end: () => undefined,
  };
}

const isLastStep = (event: RunEvent): boolean =>
  event.type === "train.step" && event.step === event.totalSteps;
