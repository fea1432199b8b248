import { Buffer } from "node:buffer";

/** A line's bytes without its end; null where it is longer than the limit. `length` counts all of them. */
export interface RawLine {
  number: number;
  bytes: Buffer | null;
  length: number;
}

const newline = 0x0a;
const carriageReturn = 0x0d;

/**
 * The lines of a text, many at a time, for speed, numbered from `first` on. No more than `limit` bytes
 * of one line are held, however long it is; they are valid until the next lines are asked for.
 */
export async function* readLines(
  chunks: AsyncIterable<Buffer>,
  limit: number,
  first = 1,
): AsyncGenerator<RawLine[]> {
  let number = first - 1;
  let parts: Buffer[] = [];
  let length = 0;
  const take = (part: Buffer): void => {
    if (length <= limit) parts.push(part);
    length += part.length;
    if (length > limit) parts = [];
  };
  const finish = (): RawLine => {
    number += 1;
    const bytes =
      length > limit ? null : trim(parts.length === 1 ? parts[0]! : Buffer.concat(parts));
    const line = { number, bytes, length: bytes?.length ?? length };
    parts = [];
    length = 0;
    return line;
  };
  for await (const bytes of chunks) {
    const lines: RawLine[] = [];
    let start = 0;
    for (;;) {
      const end = bytes.indexOf(newline, start);
      if (end < 0) break;
      take(bytes.subarray(start, end));
      lines.push(finish());
      start = end + 1;
    }
    // Copied, since the chunk's memory may be used again for the next one.
    if (start < bytes.length) take(Buffer.from(bytes.subarray(start)));
    yield lines;
  }
  if (length > 0) yield [finish()];
}

function trim(bytes: Buffer): Buffer {
  return bytes.at(-1) === carriageReturn ? bytes.subarray(0, -1) : bytes;
}
