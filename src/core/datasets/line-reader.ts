import { Buffer } from "node:buffer";
import { createReadStream } from "node:fs";

/** A line's bytes without its end; null where it is longer than the limit. `length` counts all of them. */
export interface RawLine {
  number: number;
  bytes: Buffer | null;
  length: number;
}

const chunkBytes = 1 << 20;
const newline = 0x0a;
const carriageReturn = 0x0d;
const bom = Buffer.from([0xef, 0xbb, 0xbf]);

/**
 * The lines of a file, many at a time, for speed. No more than `limit` bytes of one line are held,
 * however long it is. A byte-order mark at the file's start is left out.
 */
export async function* readLines(path: string, limit: number): AsyncGenerator<RawLine[]> {
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
    const bytes = length > limit ? null : trim(Buffer.concat(parts), number === 1);
    const line = { number, bytes, length: bytes?.length ?? length };
    parts = [];
    length = 0;
    return line;
  };
  for await (const chunk of createReadStream(path, { highWaterMark: chunkBytes })) {
    const bytes = chunk as Buffer;
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

function trim(bytes: Buffer, first: boolean): Buffer {
  const end = bytes.at(-1) === carriageReturn ? bytes.length - 1 : bytes.length;
  const start = first && bytes.subarray(0, 3).equals(bom) ? 3 : 0;
  return bytes.subarray(start, end);
}
