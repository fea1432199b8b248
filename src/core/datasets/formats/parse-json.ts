import type { Buffer } from "node:buffer";
import { errorText } from "../../files/error-code.ts";
import { fault } from "../fault.ts";
import type { Fault } from "../fault.ts";
import { decodeUtf8 } from "../utf8.ts";
import { longestRow } from "./format.ts";

/** The value of a piece of JSON, or why it is none; `bytes` is null where it was too long to hold. */
export function parseJson(
  bytes: Buffer | null,
  length: number,
): { value: unknown } | { fault: Fault } {
  if (bytes === null) return fault("row_too_large", { bytes: length, limit: longestRow });
  const decoded = decodeUtf8(bytes);
  if ("invalidAt" in decoded) return fault("row_encoding", { byte: decoded.invalidAt });
  try {
    return { value: JSON.parse(decoded.text) as unknown };
  } catch (error) {
    return fault("row_json", { detail: shorten(errorText(error)) });
  }
}

/** Parsers quote the line; in a ledger a glimpse is enough. */
function shorten(text: string): string {
  const line = text.replaceAll(/\s+/g, " ");
  return line.length > 160 ? `${line.slice(0, 160)}…` : line;
}
