import { errorText } from "../../files/error-code.ts";
import { fault } from "../fault.ts";
import { readLines } from "../line-reader.ts";
import type { RawLine } from "../line-reader.ts";
import { decodeUtf8 } from "../utf8.ts";
import type { RawRow } from "./format.ts";

/** Far more than any model's context holds; a line that is longer is no example but another file. */
export const longestLine = 2 ** 20;

/** Rows of a JSONL file: one JSON object per line; empty lines are no rows. */
export async function* readJsonl(path: string): AsyncGenerator<RawRow[]> {
  for await (const lines of readLines(path, longestLine)) {
    yield lines.filter((line) => !isBlank(line)).map(parseLine);
  }
}

function parseLine({ number, bytes, length }: RawLine): RawRow {
  if (bytes === null) {
    return { line: number, ...fault("row_too_large", { bytes: length, limit: longestLine }) };
  }
  const decoded = decodeUtf8(bytes);
  if ("invalidAt" in decoded) {
    return { line: number, ...fault("row_encoding", { byte: decoded.invalidAt }) };
  }
  try {
    return { line: number, value: JSON.parse(decoded.text) as unknown };
  } catch (error) {
    return { line: number, ...fault("row_json", { detail: shorten(errorText(error)) }) };
  }
}

function isBlank({ bytes }: RawLine): boolean {
  const space = 0x20;
  return bytes !== null && (bytes[0] ?? 0) <= space && bytes.every((byte) => byte <= space);
}

/** Parsers quote the line; in a ledger a glimpse is enough. */
function shorten(text: string): string {
  const line = text.replaceAll(/\s+/g, " ");
  return line.length > 160 ? `${line.slice(0, 160)}…` : line;
}
