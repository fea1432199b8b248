import type { DataFile } from "#contract/project.ts";
import { faultBody } from "./fault.ts";
import type { ReadOptions } from "./formats/bytes.ts";
import { detectFormat } from "./formats/detect.ts";
import type { RawRow, ReadPlan } from "./formats/format.ts";
import { readRawRows } from "./formats/readers.ts";
import { normalise } from "./normalise.ts";
import { contentHash } from "./scanned-row.ts";
import type { ScannedRow } from "./scanned-row.ts";
import { applyChanges } from "./versions/changes-file.ts";

export type { ScannedRow } from "./scanned-row.ts";
export { contentHash } from "./scanned-row.ts";

/**
 * Reads a data file row by row, in flat memory. `path` is the file, `name` what the ledger calls it,
 * `changes` what the version that counts says of its rows.
 * Errors: data_*, where the file as a whole cannot be read.
 */
export function scanFile(
  path: string,
  { changes, ...file }: Pick<DataFile, "name" | "mapping"> & { changes?: string },
  options?: ReadOptions,
): AsyncGenerator<ScannedRow[]> {
  const rows = scanUploaded(path, file, options);
  return changes === undefined ? rows : applyChanges(rows, changes);
}

async function* scanUploaded(
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
function scanRow(row: RawRow, file: string, plan: Pick<ReadPlan, "columns">): ScannedRow {
  const { line, place } = row;
  const result = "fault" in row ? row : normalise(row.value, plan.columns);
  if ("fault" in result) return { file, line, reason: faultBody(result.fault, file, line, place) };
  return { file, line, ...result, hash: contentHash(result) };
}
