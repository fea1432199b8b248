import type { RunState } from "#contract/run.ts";
import { readEventsFrom } from "./event-log.ts";
import { applyEvent, emptyState } from "#contract/run-fold.ts";
import { stat } from "node:fs/promises";

interface Folded {
  state: RunState;
  offset: number;
  /** Folding the same file twice at once would apply events twice. */
  busy: Promise<void>;
}

/** States as far as they were folded, so that a long log is read once and then only what is new. */
const folded = new Map<string, Folded>();
const kept = 2000;

/** The state that a log's events give. */
export async function foldFile(path: string): Promise<RunState> {
  const known = folded.get(path) ?? { state: emptyState(), offset: 0, busy: Promise.resolve() };
  folded.set(path, known);
  if (folded.size > kept) folded.delete(folded.keys().next().value ?? "");
  known.busy = known.busy.then(
    () => readOn(path, known),
    () => readOn(path, known),
  );
  await known.busy;
  return structuredClone(known.state);
}

async function readOn(path: string, known: Folded): Promise<void> {
  const size = await stat(path).then(
    (found) => found.size,
    () => 0,
  );
  // A log only grows; a shorter one is another run's of the same name, restored or copied.
  if (size < known.offset) Object.assign(known, { state: emptyState(), offset: 0 });
  for (;;) {
    const read = await readEventsFrom(path, known.offset);
    if (read.next === known.offset) return;
    for (const event of read.events) applyEvent(known.state, event);
    known.offset = read.next;
  }
}
