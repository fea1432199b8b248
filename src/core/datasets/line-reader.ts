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
 * The lines of a text, many at a time, for speed. No more than `limit` bytes of one line are held,
 * however long it is.
 */
export async function* readLines(
  chunks: AsyncIterable<Buffer>,
  limit: number,
): AsyncGenerator<RawLine[]> {
  let number = 0;
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
    if (start < bytes.length) take(bytes.subarray(start));
    yield lines;
  }
  if (length > 0) yield [finish()];
}

function trim(bytes: Buffer): Buffer {
  return bytes.at(-1) === carriageReturn ? bytes.subarray(0, -1) : bytes;
}
