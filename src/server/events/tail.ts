import { open } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import type { RunEvent } from "#contract/events.ts";
import { parseEvents } from "#core/runs/event-log.ts";

const newline = 0x0a;
const chunkBytes = 1 << 20;

/**
 * The events in whole lines of an event file between two byte offsets, and where the last whole
 * line ends. Lines that are no event (cut off by a power loss) are passed over.
 */
export async function readEventsBetween(
  path: string,
  from: number,
  to: number,
): Promise<{ events: RunEvent[]; end: number }> {
  const file = await open(path);
  try {
    const events: RunEvent[] = [];
    let end = await lineStart(file, from);
    let rest = Buffer.alloc(0);
    for (let position = end; position < to;) {
      const bytes = await readBytes(file, position, Math.min(chunkBytes, to - position));
      if (bytes.length === 0) break;
      position += bytes.length;
      rest = Buffer.concat([rest, bytes]);
      const last = rest.lastIndexOf(newline);
      if (last < 0) continue;
      events.push(...parseEvents(rest.toString("utf8", 0, last)));
      end += last + 1;
      rest = rest.subarray(last + 1);
    }
    return { events, end };
  } finally {
    await file.close();
  }
}

/** Where the line begins that holds the byte before `offset`: an offset may lie within a line. */
async function lineStart(file: FileHandle, offset: number): Promise<number> {
  for (let end = offset; end > 0;) {
    const start = Math.max(0, end - 4096);
    const last = (await readBytes(file, start, end - start)).lastIndexOf(newline);
    if (last >= 0) return start + last + 1;
    end = start;
  }
  return 0;
}

async function readBytes(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, position);
  return buffer.subarray(0, bytesRead);
}
