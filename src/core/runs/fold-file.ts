import { stat } from "node:fs/promises";
import { applyEvent, emptyState } from "#contract/run-fold.ts";
import type { RunState } from "#contract/run.ts";
import { readEventsFrom } from "./event-log.ts";
import { keepSummary, readSummary } from "./state-summary.ts";

interface Folded {
  state: RunState;
  offset: number;
  /** Up to here the state is kept on the disk. */
  kept: number;
  /** Folding the same file twice at once would apply events twice. */
  busy: Promise<void>;
}

/** States as far as they were folded, so that a long log is read once and then only what is new. */
const folded = new Map<string, Folded>();
const keptInMemory = 2000;
/** A shorter log is read as quickly as a summary of it. */
const worthKeepingBytes = 1 << 16;

/** The state that a log's events give. */
export async function foldFile(path: string): Promise<RunState> {
  const known = folded.get(path) ?? fresh();
  folded.set(path, known);
  if (folded.size > keptInMemory) folded.delete(folded.keys().next().value ?? "");
  known.busy = known.busy.then(
    () => readOn(path, known),
    () => readOn(path, known),
  );
  await known.busy;
  return structuredClone(known.state);
}

const fresh = (): Folded => ({ state: emptyState(), offset: 0, kept: 0, busy: Promise.resolve() });

async function readOn(path: string, known: Folded): Promise<void> {
  const size = await stat(path).then(
    (found) => found.size,
    () => 0,
  );
  // A log only grows; a shorter one is another run's of the same name, restored or copied.
  if (size < known.offset) Object.assign(known, { state: emptyState(), offset: 0, kept: 0 });
  if (known.offset === 0 && size > worthKeepingBytes) {
    const summary = await readSummary(path);
    if (summary) Object.assign(known, { ...summary, kept: summary.offset });
  }
  for (;;) {
    if (size <= known.offset) break;
    const read = await readEventsFrom(path, known.offset);
    if (read.next === known.offset) break;
    for (const event of read.events) applyEvent(known.state, event);
    known.offset = read.next;
  }
  const { state, offset, kept } = known;
  // Only of what ended: the log of a run that goes on would make it stale at once.
  if (state.endedAt !== null && offset - kept > worthKeepingBytes) {
    await keepSummary(path, { state, offset });
    known.kept = offset;
  }
}
