import { createHash } from "node:crypto";
import type { Conversation, Message } from "#contract/dataset.ts";
import type { DataFile } from "#contract/project.ts";
import { faultBody } from "./fault.ts";
import type { ErrorBody } from "#contract/errors.ts";
import { formatOf } from "./formats/format.ts";
import type { RawRow } from "./formats/format.ts";
import { normalise } from "./normalise.ts";

/**
 * One input row: what it teaches with the hash of that, or the reason why it is left out. `side` is
 * the set that the file itself puts it into.
 */
export type ScannedRow = { file: string; line: number } & (
  | (Conversation & { hash: string; side?: DataFile["role"] })
  | { reason: ErrorBody }
);

/** Reads a data file row by row, in flat memory. `path` is the file, `name` what the ledger calls it. */
export async function* scanFile(
  path: string,
  { name }: Pick<DataFile, "name">,
): AsyncGenerator<ScannedRow[]> {
  for await (const rows of formatOf(name)(path)) yield rows.map((row) => scanRow(row, name));
}

function scanRow(row: RawRow, file: string): ScannedRow {
  const { line } = row;
  const result = "fault" in row ? row : normalise(row.value);
  if ("fault" in result) return { file, line, reason: faultBody(result.fault, file, line) };
  return { file, line, messages: result.messages, hash: contentHash(result.messages) };
}

/** Equal for equal conversations, wherever they stand; 128 bits, so that no two ever collide. */
export function contentHash(messages: readonly Message[]): string {
  const parts = messages.map(({ role, content }) => [role, content]);
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 32);
}
