import { open } from "node:fs/promises";
import type { RunEvent } from "#contract/events.ts";
import { readEventsFrom } from "#core/runs/event-log.ts";

const newline = 0x0a;
const pieceBytes = 4096;

/** The events of the whole lines from a line's start on, piece by piece, and where each piece ends. */
export async function* eventsFrom(
  path: string,
  start: number,
): AsyncGenerator<{ events: RunEvent[]; end: number }> {
  for (let offset = start; ;) {
    const { events, next } = await readEventsFrom(path, offset);
    if (next === offset) return;
    offset = next;
    yield { events, end: next };
  }
}

/** Where the line begins that is not ended before `offset`: a size may be taken within a line. */
export async function lineStart(path: string, offset: number): Promise<number> {
  if (offset === 0) return 0;
  const file = await open(path);
  try {
    for (let end = offset; end > 0;) {
      const start = Math.max(0, end - pieceBytes);
      const { buffer, bytesRead } = await file.read(
        Buffer.alloc(end - start),
        0,
        end - start,
        start,
      );
      const last = buffer.subarray(0, bytesRead).lastIndexOf(newline);
      if (last >= 0) return start + last + 1;
      end = start;
    }
    return 0;
  } finally {
    await file.close();
  }
}
