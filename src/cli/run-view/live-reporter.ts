import { createLogUpdate } from "log-update";
import type { RunEvent } from "#contract/events.ts";
import { duration } from "#cli/output/format.ts";
import { bullet, wrap } from "#cli/output/wrap.ts";
import { bodySentence } from "#contract/body-sentence.ts";
import type { Terminal } from "#cli/terminal.ts";
import { advance, drawCurve, drawLive, emptyLive, type LiveState } from "./live-view.ts";
import type { Reporter } from "./reporter.ts";
import { eventWords, stageTitles } from "./words.ts";

/** For a person at a terminal: one line stays per stage, the stage going on is redrawn below. */
export function liveReporter(
  terminal: Terminal,
  { known = new Set<string>() }: { known?: Set<string> } = {},
): Reporter {
  const log = createLogUpdate(process.stdout);
  let state = emptyLive();
  let skipped: string | undefined;
  const draw = () => {
    const text = drawLive(state, Date.now(), terminal);
    if (text === "") log.clear();
    else log(text);
  };
  // Redrawn by the clock, so that the seconds go on in a stage that reports nothing.
  const timer = setInterval(draw, 100);
  return {
    event(event) {
      if (event.type === "decision" && known.has(bodySentence(event, terminal.language))) return;
      const line = lastingLine(event, state, terminal, skipped);
      if (event.type === "stage.skipped") skipped = bodySentence(event.reason, terminal.language);
      state = advance(state, event, Date.now());
      if (line !== undefined) {
        log.clear();
        log.persist(line);
      }
    },
    end() {
      clearInterval(timer);
      log.clear();
      log.done();
    },
  };
}

/** The line that stays of an event, or undefined where it only moves the redrawn part. */
function lastingLine(
  event: RunEvent,
  state: LiveState,
  terminal: Terminal,
  skippedBefore: string | undefined,
): string | undefined {
  const { style } = terminal;
  switch (event.type) {
    case "stage.started":
    case "stage.progress":
    case "train.step":
    case "train.evaluated":
    case "train.checkpoint":
    case "run.started":
    case "run.finished":
    case "error":
    case "memory.peak":
    case "rehearsal.asked":
    case "rehearsal.ready":
    case "report":
      return undefined;
    case "stage.finished": {
      const head = `${style("green", "✔")} ${stageTitles[event.stage].padEnd(24)} ${style("dim", duration(event.seconds))}`;
      return [head, ...(event.stage === "train" ? drawCurve(state, terminal) : [])].join("\n");
    }
    case "stage.skipped":
      return wrap(
        terminal,
        `${style("dim", "–")} ${eventWords(event, terminal.language, skippedBefore) ?? ""}`,
      );
    case "run.failed":
      return style("red", wrap(terminal, `✘ ${eventWords(event, terminal.language) ?? ""}`));
    case "warning":
      return style("yellow", wrap(terminal, `! ${bodySentence(event, terminal.language)}`));
    case "log":
      return event.level === "warning" || event.level === "error" ? event.text : undefined;
    default: {
      const words = eventWords(event, terminal.language);
      return words === undefined ? undefined : bullet(terminal, style("dim", "•"), words);
    }
  }
}
