import { setTimeout as sleep } from "node:timers/promises";
import type { RunEvent } from "#contract/events.ts";
import type { Workspace } from "../workspace.ts";
import { readEventsFrom } from "./event-log.ts";
import { isActive } from "./queue.ts";
import { runPaths } from "./run-paths.ts";

const pollMs = 150;

/**
 * Events with seq > fromSeq, then new ones as they come. Ends when `signal` aborts, or, unless
 * `forever`, once the run is no longer queued or running.
 */
export async function* followEvents(
  ws: Workspace,
  slug: string,
  id: string,
  options: { fromSeq?: number; signal?: AbortSignal; forever?: boolean } = {},
): AsyncGenerator<RunEvent> {
  const { fromSeq = 0, signal, forever = false } = options;
  const { events: path } = runPaths(ws, slug, id);
  let offset = 0;
  const aborted = () => signal?.aborted ?? false;
  while (!aborted()) {
    // Asked before reading: what was written before the end is read after it.
    const active = forever || isActive(ws, slug, id);
    let read = await readEventsFrom(path, offset);
    while (read.next > offset) {
      offset = read.next;
      for (const event of read.events) if (event.seq > fromSeq) yield event;
      read = await readEventsFrom(path, offset);
    }
    if (!active) return;
    await sleep(pollMs, undefined, { signal }).catch(() => undefined);
  }
}
