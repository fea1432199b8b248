import { hash } from "node:crypto";
import type { Conversation, Message } from "#contract/dataset.ts";
import type { ErrorBody } from "#contract/errors.ts";
import type { DataFile } from "#contract/project.ts";
import { faultBody } from "./fault.ts";
import type { ReadOptions } from "./formats/bytes.ts";
import { detectFormat } from "./formats/detect.ts";
import type { RawRow, ReadPlan } from "./formats/format.ts";
import { readRawRows } from "./formats/readers.ts";
import { normalise } from "./normalise.ts";

/**
 * One input row: what it teaches with the hash of that, or the reason why it is left out. `side` is
 * the set that the file itself puts it into.
 */
export type ScannedRow = { file: string; line: number } & (
  | (Conversation & { hash: string; side?: DataFile["role"] })
  | { reason: ErrorBody }
);

/**
 * Reads a data file row by row, in flat memory. `path` is the file, `name` what the ledger calls it.
 * Errors: data_*, where the file as a whole cannot be read.
 */
export async function* scanFile(
  path: string,
  { name, mapping }: Pick<DataFile, "name" | "mapping">,
  options?: ReadOptions,
): AsyncGenerator<ScannedRow[]> {
  const { plan } = await detectFormat(path, { name, ...(mapping && { mapping }) });
  for await (const rows of readRawRows(path, plan, options)) {
    yield rows.map((row) => scanRow(row, name, plan));
  }
}

/** What a raw row teaches, or why it is left out. */
export function scanRow(row: RawRow, file: string, plan: Pick<ReadPlan, "columns">): ScannedRow {
  const { line, place } = row;
  const result = "fault" in row ? row : normalise(row.value, plan.columns);
  if ("fault" in result) return { file, line, reason: faultBody(result.fault, file, line, place) };
  return { file, line, ...result, hash: contentHash(result) };
}

/** Equal for equal rows, wherever they stand; 128 bits, so that no two ever collide. */
export function contentHash(row: Conversation): string {
  return hash("sha256", contentOf(row)).slice(0, 32);
}

/** A text that only an equal row has: each part with its length. */
export function contentOf({ messages, tools, text }: Conversation): string {
  let content = "";
  for (const message of messages) {
    content += `${message.role} ${message.content.length} ${message.content}`;
    if (hasMore(message)) {
      const { tool_calls: calls, tool_call_id: id, name } = message;
      content += JSON.stringify([calls, id, name]);
    }
  }
  if (tools) content += `tools ${JSON.stringify(tools)}`;
  return text === undefined ? content : `text ${text}`;
}

const hasMore = (message: Message): boolean =>
  message.tool_calls !== undefined ||
  message.tool_call_id !== undefined ||
  message.name !== undefined;
