import { open } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { isMissing } from "#core/files/error-code.ts";

const pollMs = 100;
const chunkBytes = 1 << 16;
const newline = 0x0a;

/** A whole line without its end, and the byte behind it. */
export interface TailedLine {
  text: string;
  offset: number;
}

/**
 * Whole lines of a growing file from byte `from` on, as they come. Ends when `ended()` is true and
 * nothing is left to read. A last line without its newline is never given out.
 */
export async function* tailLines(
  path: string,
  from: number,
  ended: () => boolean,
): AsyncGenerator<TailedLine> {
  let file: FileHandle | undefined;
  let position = from;
  let rest: Uint8Array = new Uint8Array();
  const buffer = new Uint8Array(chunkBytes);
  const decoder = new TextDecoder();
  try {
    for (;;) {
      // Asked before reading: what was written before the end is read after it.
      const last = ended();
      file ??= await openIfThere(path);
      const read = file ? (await file.read(buffer, 0, chunkBytes, position)).bytesRead : 0;
      position += read;
      rest = concat(rest, buffer.subarray(0, read));
      for (let end = rest.indexOf(newline); end >= 0; end = rest.indexOf(newline)) {
        const text = decoder.decode(rest.subarray(0, end));
        rest = rest.slice(end + 1);
        yield { text, offset: position - rest.length };
      }
      if (read === 0 && last) return;
      if (read === 0) await sleep(pollMs);
    }
  } finally {
    await file?.close();
  }
}

async function openIfThere(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, "r");
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

function concat(a: Uint8Array, b: Uint8Array): Uint8Array {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}
