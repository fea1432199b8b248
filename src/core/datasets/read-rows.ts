import type { LedgerEntry, Row } from "#contract/dataset.ts";
import { AppError } from "#contract/errors.ts";
import { readProject } from "../projects/projects.ts";
import type { Workspace } from "../workspace.ts";
import { explainMissing } from "./check.ts";
import { dataSources } from "./data-files.ts";
import type { RowIndex } from "./index/index-file.ts";
import { knownIndex } from "./index/index-cache.ts";
import { rowId } from "./row-id.ts";
import type { DataSource } from "./data-source.ts";
import { scanFile } from "./scan.ts";
import type { ScannedRow } from "./scan.ts";
import { unreadableReason } from "./unreadable.ts";

/** So many rows are read over as quickly as an index is found. */
const readOver = 2000;

/**
 * A page of input rows in the order of the files: conversations, and those that cannot be used. In
 * plain JSON lines any row is found at once, once the file was read; of what is packed, in another
 * encoding or of another form, all rows before it are read. Files that cannot be read are left out,
 * unless one of them is asked for. Errors: not_found; data_*, of that one.
 */
export async function readRows(
  ws: Workspace,
  slug: string,
  options: { file?: string; offset?: number; limit?: number } = {},
): Promise<{ rows: Row[]; leftOut: LedgerEntry[] }> {
  const { file, offset = 0, limit = 100 } = options;
  const project = await readProject(ws, slug);
  const sources = dataSources(ws, project).filter(({ name }) => !file || name === file);
  if (file !== undefined && sources.length === 0) {
    throw new AppError("not_found", { what: "data file", name: file });
  }
  const page: { rows: Row[]; leftOut: LedgerEntry[] } = { rows: [], leftOut: [] };
  let skip = offset;
  for (const source of sources) {
    const room = limit - page.rows.length - page.leftOut.length;
    if (room === 0) break;
    try {
      const { rows, before } = await readSome(source, skip, room);
      for (const row of rows) addRow(page, row);
      skip -= before;
    } catch (error) {
      if (file !== undefined || !unreadableReason(error, source.name)) throw explainMissing(error);
    }
  }
  return page;
}

/** `room` rows of a file behind the first `skip`; `before` says how many of these it has. */
async function readSome(
  source: DataSource,
  skip: number,
  room: number,
): Promise<{ rows: ScannedRow[]; before: number }> {
  const index = skip < readOver ? undefined : await knownIndex(source.path, source);
  if (index && index.rows <= skip) return { rows: [], before: index.rows };
  const start = index && startAt(index, skip);
  const rows: ScannedRow[] = [];
  let position = start?.row ?? 0;
  for await (const batch of scanFile(source.path, source, start ? { from: start } : {})) {
    for (const row of batch) {
      if (position++ < skip) continue;
      rows.push(row);
      if (rows.length === room) return { rows, before: skip };
    }
  }
  return { rows, before: Math.min(skip, position) };
}

/** The last place before a row from which reading can begin. */
function startAt(
  { anchorRows, anchors, lines }: RowIndex,
  row: number,
): { row: number; offset: number; line: number } | undefined {
  let at = -1;
  for (let step = 1 << 20; step >= 1; step >>= 1) {
    while (at + step < anchorRows.length && (anchorRows[at + step] as number) <= row) at += step;
  }
  if (at < 0) return undefined;
  const first = anchorRows[at] as number;
  return { row: first, offset: anchors[at] as number, line: lines[first] ?? 1 };
}

function addRow(page: { rows: Row[]; leftOut: LedgerEntry[] }, row: ScannedRow): void {
  const { file, line } = row;
  if ("reason" in row) {
    page.leftOut.push({ file, line, outcome: "left_out", reason: row.reason });
    return;
  }
  const { messages, tools, text } = row;
  const extras = { ...(tools && { tools }), ...(text !== undefined && { text }) };
  page.rows.push({ id: rowId(file, line), file, line, messages, ...extras });
}
