import { Buffer } from "node:buffer";
import { fault } from "../fault.ts";
import { readLines } from "../line-reader.ts";
import { decodeUtf8 } from "../utf8.ts";
import type { ReadOptions } from "./bytes.ts";
import { readText } from "./bytes.ts";
import { longestRow } from "./format.ts";
import type { RawRow, ReadPlan } from "./format.ts";
import { isBlank } from "./jsonl.ts";

/** Paragraphs of a text, parted by blank lines, each as an object with a `text`. */
export async function* readParagraphs(
  path: string,
  plan: ReadPlan,
  options?: ReadOptions,
): AsyncGenerator<RawRow[]> {
  let held: Buffer[] = [];
  let begin = 0;
  let length = 0;
  const finish = (): RawRow[] => {
    if (begin === 0) return [];
    const line = begin;
    begin = 0;
    if (length > longestRow) {
      return [{ line, ...fault("row_too_large", { bytes: length, limit: longestRow }) }];
    }
    const decoded = decodeUtf8(Buffer.concat(held).subarray(0, -1));
    return "invalidAt" in decoded
      ? [{ line, ...fault("row_encoding", { byte: decoded.invalidAt }) }]
      : [{ line, value: { text: decoded.text } }];
  };
  for await (const lines of readLines(readText(path, plan, options), longestRow)) {
    const rows: RawRow[] = [];
    for (const { number, bytes, length: size } of lines) {
      if (bytes !== null && isBlank(bytes)) {
        rows.push(...finish());
        continue;
      }
      if (begin === 0) [begin, length, held] = [number, 0, []];
      length += size;
      if (bytes && length <= longestRow) held.push(bytes, newline);
      else held = [];
    }
    yield rows;
  }
  yield finish();
}

const newline = Buffer.from("\n");
