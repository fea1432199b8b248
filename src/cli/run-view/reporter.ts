import type { RunEvent } from "#contract/events.ts";
import type { Terminal } from "#cli/terminal.ts";

/** Shows a run's events as they come. */
export interface Reporter {
  event(event: RunEvent): void;
  /** Leaves the terminal as a next writer expects it. */
  end(): void;
}

/** For programs: every event as it stands in events.jsonl, one per line. */
export const jsonReporter = (terminal: Terminal): Reporter => ({
  event: (event) => terminal.data(event),
  end: () => undefined,
});
