import { parse } from "csv-parse/sync";
import { findColumns, isKnownName } from "./columns.ts";

/** How a table in text is parted, and how sure that is. */
export interface CsvShape {
  delimiter: string;
  columns: number;
  /** Rows of the sample, the header included, and how many of them have that many cells. */
  sampled: number;
  fitting: number;
  records: string[][];
}

const candidates = [",", ";", "\t", "|", "\u0001", "\u001f", "^", "~", "¦", "§", ":", "#"];
const mostSampled = 100;

/**
 * The delimiter that parts most rows of the text alike, where known names of columns count most.
 * Null where none makes two columns. `whole` says whether the text is all of the file.
 */
export function detectCsv(text: string, whole: boolean): CsvShape | null {
  let best: { shape: CsvShape; score: number[] } | null = null;
  for (const delimiter of candidates) {
    if (!text.includes(delimiter)) continue;
    const shape = measure(text, delimiter, whole);
    if (!shape || shape.columns < 2) continue;
    const head = shape.records[headerAt(shape.records)] ?? [];
    const names = head.length === shape.columns ? head.filter(isKnownName).length : 0;
    const share = shape.fitting / shape.sampled;
    const score = [names > 0 && share > 0.5 ? names : 0, share, shape.columns];
    if (!best || isBetter(score, best.score)) best = { shape, score };
  }
  return best?.shape ?? null;
}

/** The records of a text as one delimiter parts it; undefined where quotes do not fit. */
export function measure(text: string, delimiter: string, whole: boolean): CsvShape | undefined {
  const records = sample(text, delimiter, whole);
  if (records.length === 0) return undefined;
  const counts = new Map<number, number>();
  for (const { length } of records) counts.set(length, (counts.get(length) ?? 0) + 1);
  const [columns = 0, fitting = 0] =
    [...counts].sort((a, b) => b[1] - a[1] || b[0] - a[0])[0] ?? [];
  return { delimiter, columns, sampled: records.length, fitting, records };
}

function sample(text: string, delimiter: string, whole: boolean): string[][] {
  const records: string[][] = [];
  try {
    parse(text, {
      delimiter,
      record_delimiter: ["\r\n", "\n", "\r"],
      relax_column_count: true,
      relax_quotes: true,
      skip_empty_lines: true,
      to: mostSampled + 1,
      on_record: (record: string[]) => {
        records.push(record);
        return null;
      },
    });
  } catch {
    // An open quote at the end of a sample is no fault; what came before it counts.
  }
  return (whole ? records : records.slice(0, Math.max(1, records.length - 1))).slice(
    0,
    mostSampled,
  );
}

/** So far down titles, dates and notes are looked for above the names of columns. */
const mostTitles = 10;

/**
 * The index of the record that names the columns: 0, or further down where it has known names and
 * every record above it fills fewer cells, as titles do.
 */
export function headerAt(records: readonly (readonly string[])[]): number {
  let widestAbove = 0;
  for (const [index, record] of records.slice(0, mostTitles + 1).entries()) {
    const filled = record.map((cell) => cell.trim()).filter((cell) => cell !== "");
    const named = filled.length > 1 && findColumns(filled).form !== null;
    if (named) return filled.length > widestAbove ? index : 0;
    widestAbove = Math.max(widestAbove, filled.length);
  }
  return 0;
}

/** Whether the first record names the columns. */
export function hasHeader([head = [], ...rest]: readonly (readonly string[])[]): boolean {
  const names = head.map((cell) => cell.trim());
  if (names.length > 1 && findColumns(names).form !== null) return true;
  const nameLike = names.every((name) => name.length <= 60 && !/[\n.?!。？！]/.test(name));
  if (!nameLike) return false;
  if (findColumns(names).form !== null) return true;
  if (names.some((name) => name.length > 1 && isKnownName(name))) return true;
  const unique = new Set(names).size === names.length && names.every((name) => name !== "");
  if (!unique || rest.length === 0 || names.some((name) => /^[\d\s.,-]+$/.test(name))) return false;
  const lengths = rest.flat().map(({ length }) => length);
  const mean = lengths.reduce((sum, length) => sum + length, 0) / Math.max(1, lengths.length);
  return names.join("").length / names.length < mean / 3;
}

function isBetter(score: readonly number[], than: readonly number[]): boolean {
  for (const [index, value] of score.entries()) {
    const other = than[index] ?? 0;
    if (value !== other) return value > other;
  }
  return false;
}
