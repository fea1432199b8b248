import type { RunEvent } from "#contract/events.ts";
import { isTold } from "./event-text.ts";

const blockEvents = 64;
/** About so many lines are shown at most. */
const shownLines = 300;

/**
 * Told events by blocks of neighbours. A block keeps its place while more come, and the oldest go as
 * a whole, so that a new line touches one block instead of hundreds of lines.
 */
export function blocksOf(events: readonly RunEvent[]): { block: number; lines: RunEvent[] }[] {
  const told = events.filter(isTold);
  const blocks = Map.groupBy(told, ({ seq }) => Math.floor(seq / blockEvents));
  const listed = [...blocks].map(([block, lines]) => ({ block, lines }));
  let first = listed.length;
  for (let count = 0; first > 0 && count < shownLines; first--)
    count += listed[first - 1]?.lines.length ?? 0;
  return listed.slice(first);
}
