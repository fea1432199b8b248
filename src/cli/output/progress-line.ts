import { createLogUpdate } from "log-update";
import type { Terminal } from "#cli/terminal.ts";

/** Shows how work of several steps goes on. */
export interface ProgressLine {
  /** Redraws the line on a terminal; elsewhere prints what is new of it, at most every 2 seconds. */
  show(step: string, line: string): void;
  /** Takes the line away. */
  end(): void;
}

/** `say` is where lines go that are not redrawn: the terminal's, or its hints beside a result. */
export function progressLine(
  terminal: Terminal,
  say: Terminal["hint"] = terminal.say,
): ProgressLine {
  const log = terminal.live ? createLogUpdate(process.stdout) : undefined;
  let last: string | undefined;
  let said: string | undefined;
  let shownAt = 0;
  return {
    show(step, line) {
      if (log) return log(line);
      const now = performance.now();
      if (line === said || (step === last && now - shownAt < 2000)) return;
      say(line);
      [last, said, shownAt] = [step, line, now];
    },
    end() {
      log?.clear();
      log?.done();
    },
  };
}
