import { Buffer } from "node:buffer";
import type { JsonRoot } from "./format.ts";

/**
 * An element's bytes, null where it is longer than the limit; or the place behind the last element
 * of a list that the text does not close.
 */
export type JsonElement = { bytes: Buffer | null; length: number } | { cutOff: true };

const quote = 0x22;
const comma = 0x2c;
const colon = 0x3a;
const backslash = 0x5c;
const [openList, closeList, openObject, closeObject] = [0x5b, 0x5d, 0x7b, 0x7d];
const space = 0x20;
/** Bytes of a key of the outermost object; of a longer one only so many are compared. */
const longestKey = 1 << 16;

/**
 * Cuts a JSON text into its rows without building it: the elements of a list, of the list under one
 * key of an object, or objects one after another. It follows brackets and strings alone, so that one
 * broken element spoils no other; no more than `limit` bytes of one are held. What stands behind a
 * list's end is one more element, which nothing can read.
 */
export async function* jsonElements(
  chunks: AsyncIterable<Buffer>,
  root: JsonRoot,
  limit: number,
): AsyncGenerator<JsonElement[]> {
  const cutter = startCutter(root, limit);
  for await (const chunk of chunks) yield cutter.cut(chunk);
  yield cutter.end();
}

function startCutter(
  root: JsonRoot,
  limit: number,
): { cut: (chunk: Buffer) => JsonElement[]; end: () => JsonElement[] } {
  /** The depth at which elements stand: 0 = one after another, 1 = in a list, 2 = in a key's list. */
  const level = root.kind === "objects" ? 0 : root.kind === "list" ? 1 : 2;
  let depth = 0;
  let inString = false;
  let escaped = false;
  let inside = level === 0;
  let behind = false;
  let done = false;
  /** The key that was read last at depth 1, while the list is looked for. */
  let key: number[] | null = null;
  let matched = false;
  let parts: Buffer[] = [];
  let length = 0;
  let found: JsonElement[] = [];

  const take = (chunk: Buffer, from: number, to: number): void => {
    if (to <= from) return;
    if (length <= limit) parts.push(chunk.subarray(from, to));
    length += to - from;
    if (length > limit) parts = [];
  };
  const finish = (): void => {
    if (length > 0) {
      const whole = Buffer.concat(parts);
      const bytes = length > limit ? null : trimEnd(whole);
      if (bytes === null || bytes.length > 0)
        found.push({ bytes, length: bytes?.length ?? length });
    }
    parts = [];
    length = 0;
  };

  /** Looks for the list; true where it begins at this byte. */
  const seek = (byte: number): boolean => {
    if (inString) {
      if (!escaped && byte === quote) inString = false;
      else if (depth === 1 && key && key.length <= longestKey) key.push(byte);
      escaped = !escaped && byte === backslash;
      return false;
    }
    if (byte === quote) {
      inString = true;
      if (depth === 1) key = [];
    } else if (byte === colon && depth === 1) {
      matched = root.kind === "key" && Buffer.from(key ?? []).toString("utf8") === root.key;
    } else if (byte === openList || byte === openObject) {
      depth += 1;
      if (byte === openList && (level === 1 ? depth === 1 : depth === 2 && matched)) return true;
      matched = false;
    } else if (byte === closeList || byte === closeObject) depth -= 1;
    else if (byte === comma) matched = false;
    return false;
  };

  const cut = (chunk: Buffer): JsonElement[] => {
    found = [];
    if (done) return found;
    let from = inside || behind ? 0 : chunk.length;
    for (let at = 0; at < chunk.length; at += 1) {
      const byte = chunk[at]!;
      if (behind) {
        // Nothing is cut there any more, but leading space is no text.
        if (length === 0 && byte <= space && from === at) from = at + 1;
        continue;
      }
      if (!inside) {
        if (seek(byte)) {
          inside = true;
          from = at + 1;
        }
        continue;
      }
      if (inString) {
        if (escaped) escaped = false;
        else if (byte === quote) inString = false;
        else if (byte === backslash) escaped = true;
        continue;
      }
      if (byte === quote) inString = true;
      else if (byte === openList || byte === openObject) depth += 1;
      else if (byte === closeList || byte === closeObject) {
        if (depth === level && level > 0) {
          take(chunk, from, at);
          finish();
          from = at + 1;
          depth -= 1;
          inside = false;
          behind = level === 1;
          // What else stands in the object around a key's list is no row.
          done = level === 2;
          if (done) return found;
          continue;
        }
        depth = Math.max(level, depth - 1);
        if (level === 0 && depth === 0) {
          take(chunk, from, at + 1);
          finish();
          from = at + 1;
        }
      } else if (byte === comma && depth === level) {
        take(chunk, from, at);
        finish();
        from = at + 1;
      } else if (byte <= space && length === 0 && from === at) from = at + 1;
    }
    if (inside || behind) take(chunk, from, chunk.length);
    return found;
  };
  const end = (): JsonElement[] => {
    found = [];
    finish();
    // Where the text ends within an element, that element is what is broken.
    if (level > 0 && inside && depth === level && !inString) found.push({ cutOff: true });
    return found;
  };
  return { cut, end };
}

function trimEnd(bytes: Buffer): Buffer {
  let end = bytes.length;
  while (end > 0 && bytes[end - 1]! <= space) end -= 1;
  return bytes.subarray(0, end);
}
