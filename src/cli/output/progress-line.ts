import { createLogUpdate } from "log-update";
import type { Terminal } from "#cli/terminal.ts";

/** Shows how work of several steps goes on. */
export interface ProgressLine {
  /** Redraws the line on a terminal; elsewhere prints it once per `step`. */
  show(step: string, line: string): void;
  /** Takes the line away. */
  end(): void;
}

export function progressLine(terminal: Terminal): ProgressLine {
  const log = terminal.live ? createLogUpdate(process.stdout) : undefined;
  let last: string | undefined;
  return {
    show(step, line) {
      if (log) log(line);
      else if (step !== last) terminal.say(line);
      last = step;
    },
    end() {
      log?.clear();
      log?.done();
    },
  };
}
