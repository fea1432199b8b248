import type { Buffer } from "node:buffer";
import { readLines } from "../line-reader.ts";
import { readText } from "./bytes.ts";
import { longestRow } from "./format.ts";
import type { RawRow, ReadPlan } from "./format.ts";
import type { ReadOptions } from "./bytes.ts";
import { parseJson } from "./parse-json.ts";

/** Rows of a JSONL file: one JSON object per line; empty lines are no rows. */
export async function* readJsonl(
  path: string,
  plan: ReadPlan,
  options?: ReadOptions,
): AsyncGenerator<RawRow[]> {
  const isPlain = !plan.compressed && plan.encoding === "utf-8";
  const text = readText(path, plan, { ...options, letsGo: isPlain });
  const first = options?.from?.line ?? 1;
  for await (const lines of readLines(text, longestRow, first)) {
    const rows: RawRow[] = [];
    for (const { number, bytes, length } of lines) {
      if (bytes === null || !isEmptyLine(bytes))
        rows.push({ line: number, ...parseJson(bytes, length) });
    }
    yield rows;
  }
}

/** A line that is no row; NUL bytes are what a broken disk or copy leaves in place of rows. */
export const isEmptyLine = (bytes: Buffer): boolean => isBlank(bytes) && !bytes.includes(0);

/** Nothing but space and control characters. */
export function isBlank(bytes: Buffer): boolean {
  const space = 0x20;
  return (bytes[0] ?? 0) <= space && bytes.every((byte) => byte <= space);
}
