import { Buffer } from "node:buffer";
import { basename } from "node:path";
import { fault } from "../fault.ts";
import type { Fault } from "../fault.ts";
import { decodeUtf8 } from "../utf8.ts";
import type { ReadOptions } from "./bytes.ts";
import { readText } from "./bytes.ts";
import { csvRecords } from "./csv-records.ts";
import type { CsvRecord } from "./csv-records.ts";
import { longestRow } from "./format.ts";
import type { RawRow, ReadPlan } from "./format.ts";
import { columnNames, numberedColumns, rowOf } from "./table.ts";

/** Rows of a table in text, each an object of texts. The header is no row. */
export async function* readCsv(
  path: string,
  plan: ReadPlan,
  options?: ReadOptions,
): AsyncGenerator<RawRow[]> {
  let names: string[] | undefined;
  let titles = plan.titles;
  for await (const records of csvRecords(readText(path, plan, options), plan.delimiter)) {
    const rows: RawRow[] = [];
    for (const record of records) {
      if (names === undefined && "cells" in record) {
        titles -= 1;
        if (titles >= 0) continue;
        names = plan.header
          ? columnNames(record.cells.map(shownText), basename(path))
          : numberedColumns(columnNames(record.cells, basename(path)).length);
        if (plan.header) continue;
      }
      rows.push({ line: record.line, ...toRow(record, names ?? []) });
    }
    yield rows;
  }
}

function toRow(record: CsvRecord, names: readonly string[]): { value: unknown } | { fault: Fault } {
  if ("broken" in record) {
    return record.broken === "CSV_MAX_RECORD_SIZE"
      ? fault("row_quote_too_far", { limit: longestRow })
      : fault("row_quote_open");
  }
  const cells: string[] = [];
  for (const cell of record.cells) {
    const decoded = cellText(cell);
    if ("invalidAt" in decoded) return fault("row_encoding", { byte: decoded.invalidAt });
    cells.push(decoded.text);
  }
  return rowOf(names, cells, (cell) => cell === "");
}

/** The text of a cell that was read byte by byte, or the place of the first byte that is no UTF-8. */
export function cellText(cell: string): { text: string } | { invalidAt: number } {
  // oxlint-disable-next-line no-control-regex -- what is ASCII reads alike in both
  if (/^[\x00-\x7f]*$/.test(cell)) return { text: cell };
  return decodeUtf8(Buffer.from(cell, "latin1"));
}

const shownText = (cell: string): string => Buffer.from(cell, "latin1").toString("utf8");
