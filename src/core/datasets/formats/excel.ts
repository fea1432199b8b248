import { basename } from "node:path";
import readWorkbook from "read-excel-file/node";
import { AppError } from "#contract/errors.ts";
import { errorText } from "../../files/error-code.ts";
import { unpacksWithin, zipNames as entryNames } from "../../files/zip.ts";
import type { ReadOptions } from "./bytes.ts";
import type { RawRow, ReadPlan } from "./format.ts";
import { hasHeader, headerAt } from "./detect-csv.ts";
import { columnNames, numberedColumns, rowOf } from "./table.ts";

/** Sheets are held in memory as a whole; a CSV file is not. */
const largestUnpacked = 200 * 2 ** 20;

/** Far longer than the largest workbook takes. */
const patienceMs = 120_000;

export interface SheetTable {
  name: string;
  /** Rows that hold anything, with their number in the sheet. */
  rows: { row: number; cells: string[] }[];
  /** Cells with decimals: Excel may show another text, as 10 % for 0.1. */
  decimals: number;
}

/**
 * Rows of an Excel workbook, sheet by sheet; each sheet has a header of its own, below a
 * title where it has one. Cells are texts as
 * JSON would write them. Errors: data_excel_broken, data_excel_too_large.
 */
export async function* readExcel(
  path: string,
  plan: ReadPlan,
  { signal, onBytes }: ReadOptions = {},
): AsyncGenerator<RawRow[]> {
  const sheets = await readSheets(path);
  let before = 0;
  for (const [index, { name, rows }] of sheets.entries()) {
    signal?.throwIfAborted();
    const texts = rows.map(({ cells }) => cells);
    const at = headerAt(texts);
    const head = rows[at];
    if (!head) continue;
    // A sheet of prose beside those of rows has no header that could be lost.
    const named = plan.header && (sheets.length === 1 || at > 0 || hasHeader(texts));
    const widest = rows.reduce((most, { cells }) => Math.max(most, cells.length), 0);
    const names = named
      ? columnNames(head.cells, basename(path))
      : numberedColumns(columnNames(Array<string>(widest).fill(""), basename(path)).length);
    const sheet = sheets.length > 1 ? { sheet: name } : {};
    const body = named ? rows.slice(at + 1) : rows;
    yield body.map(({ row, cells }) => ({
      line: before + row,
      place: { row, ...sheet },
      ...rowOf(names, cells, (cell) => cell === ""),
    }));
    before += rows.at(-1)?.row ?? 0;
    onBytes?.(index + 1);
  }
}

/** The sheets that have any row. */
export async function readSheets(path: string): Promise<SheetTable[]> {
  await checkEntries(path);
  let sheets: Awaited<ReturnType<typeof readWorkbook>>;
  try {
    sheets = await inTime(readWorkbook(path, { trim: false }));
  } catch (error) {
    throw broken(path, error);
  }
  return sheets
    .map(({ sheet, data }) => ({
      name: sheet,
      rows: data
        .map((cells, index) => ({ row: index + 1, cells: cells.map(cellText) }))
        .filter(({ cells }) => cells.some((cell) => cell !== "")),
      decimals: data.flat().filter((cell) => typeof cell === "number" && !Number.isInteger(cell))
        .length,
    }))
    .filter(({ rows }) => rows.length > 0);
}

function cellText(cell: unknown): string {
  if (cell === null || cell === undefined) return "";
  if (typeof cell === "string") return cell;
  if (cell instanceof Date) {
    if (Number.isNaN(cell.getTime())) return "";
    return cell.toISOString().replace(/T00:00:00\.000Z$/, "");
  }
  return typeof cell === "number" || typeof cell === "boolean" ? String(cell) : "";
}

/** The names of a zip archive's entries. Error: data_excel_broken. */
export async function zipNames(path: string): Promise<string[]> {
  try {
    return await entryNames(path);
  } catch (error) {
    throw broken(path, error);
  }
}

/** Unpacks all once: what is damaged would make the reader wait for ever, what is huge fill the memory. */
async function checkEntries(path: string): Promise<void> {
  const fits = await unpacksWithin(path, largestUnpacked).catch((error: unknown) => {
    throw broken(path, error);
  });
  if (fits) return;
  const limit = largestUnpacked / 2 ** 20;
  throw new AppError("data_excel_too_large", { file: basename(path), limit });
}

/** The reader of workbooks waits for ever for some parts that do not come. */
async function inTime<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error("a part of it is missing")), patienceMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

const broken = (path: string, error: unknown): AppError =>
  new AppError(
    "data_excel_broken",
    { file: basename(path), detail: errorText(error) },
    { cause: error },
  );
