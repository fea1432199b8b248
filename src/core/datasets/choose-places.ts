import type { LedgerEntry } from "#contract/dataset.ts";
import { AppError } from "#contract/errors.ts";
import type { ErrorBody } from "#contract/errors.ts";
import type { NearPairs } from "./find-near-pairs.ts";
import { release } from "./release.ts";
import { firstCopies, joinGroups, noRow, rootOf } from "./first-copies.ts";
import type { RowKeys } from "./first-copies.ts";
import type { RowIndex } from "./index/index-file.ts";
import type { IndexedSource } from "./index/index-files.ts";
import type { PlacementOptions } from "./placement.ts";
import { rowId } from "./row-id.ts";
import type { ScannedRow } from "./scan.ts";
import { chooseCheckRows } from "./split.ts";

/** Which rows check, train, or are left out. */
export interface Places {
  anyCheck: boolean;
  /** Files or a column say which rows check. */
  fromFile: boolean;
  duplicates: number;
  entry: (file: IndexedSource, row: number, scanned?: ScannedRow) => LedgerEntry;
}

/** Decides where each row goes. Rows are numbered over all files. */
export function choosePlaces(
  files: readonly IndexedSource[],
  { seed, rejected = new Map() }: PlacementOptions,
  near: NearPairs,
): Places {
  const fromFile = files.some((file) => isSaid(file));
  const keys = joinKeys(files.map(({ index }) => index));
  const counted = countedRows(files, rejected);
  const first = firstCopies(keys, counted);
  release(counted);
  const inCheck = new Uint8Array(fromFile ? first.length : 0);
  let checkRows = 0;
  forEachRow(files, (file, row, number) => {
    if (first[number] === noRow || !isCheck(file, row)) return;
    inCheck[first[number] as number] = 1;
    checkRows += 1;
  });
  let copies = 0;
  let checkContents = 0;
  forEachRow(files, (file, row, number) => {
    const content = first[number] as number;
    if (content === noRow) return;
    if (inCheck[content] !== 1) copies += Number(content !== number);
    else checkContents += Number(content === number);
  });
  if (!fromFile) groupTogether(first, near);
  const chosen = fromFile ? new Uint8Array() : chooseCheckRows(first, keys, seed);
  const starts = startsOf(files);
  const seenFaults = new Map<IndexedSource, number>();
  return {
    anyCheck: checkRows > 0 || chosen.includes(1),
    fromFile,
    duplicates: copies + checkRows - checkContents,
    entry(file, row, scanned) {
      const { index, source } = file;
      const line = index.lines[row] ?? 0;
      const place = { file: source.name, line };
      const leftOut = (reason: ErrorBody): LedgerEntry => ({
        ...place,
        outcome: "left_out",
        reason,
      });
      const code = index.reasons[row] ?? 0;
      if (code !== 0) {
        if (scanned && "reason" in scanned) return leftOut(scanned.reason);
        const seen = seenFaults.get(file) ?? 0;
        seenFaults.set(file, seen + 1);
        return leftOut(index.first[seen] ?? bareReason(index.codes[code - 1] ?? "", place));
      }
      const reason = rejected.size > 0 ? rejected.get(rowId(source.name, line)) : undefined;
      if (reason) return leftOut(reason);
      if (isCheck(file, row)) return { ...place, outcome: "check" };
      const number = (starts.get(file) ?? 0) + row;
      if (!fromFile) {
        const root = rootOf(first, number);
        return { ...place, outcome: chosen[root] === 1 ? "check" : "train" };
      }
      if (inCheck[first[number] ?? 0] !== 1) return { ...place, outcome: "train" };
      return leftOut(new AppError("row_in_check", place).toBody());
    },
  };
}

/** Rows that can be used. */
function countedRows(
  files: readonly IndexedSource[],
  rejected: ReadonlyMap<string, ErrorBody>,
): Uint8Array<ArrayBuffer> {
  const counted = new Uint8Array(files.reduce((sum, { index }) => sum + index.rows, 0));
  forEachRow(files, ({ index, source }, row, number) => {
    const usable = index.reasons[row] === 0;
    const taken = rejected.size === 0 || !rejected.has(rowId(source.name, index.lines[row] ?? 0));
    counted[number] = Number(usable && taken);
  });
  return counted;
}

/**
 * What is nearly the same stays on one side by being in one group, but is no copy. Makes groups of what
 * led each row to the first of its content: millions of rows are not held twice.
 */
function groupTogether(leads: Uint32Array, near: NearPairs): void {
  for (let at = 0; at < near.length; at += 2) {
    const [a, b] = [near[at] ?? 0, near[at + 1] ?? 0];
    if (isUsed(leads, a) && isUsed(leads, b)) joinGroups(leads, a, b);
  }
  for (let row = 0; row < leads.length; row += 1) {
    if (isUsed(leads, row)) leads[row] = rootOf(leads, row);
  }
}

const isUsed = (leads: Uint32Array, row: number): boolean => (leads[row] ?? noRow) !== noRow;

function joinKeys(indexes: readonly RowIndex[]): RowKeys {
  const [only] = indexes;
  if (only && indexes.length === 1) return only;
  const rows = indexes.reduce((sum, index) => sum + index.rows, 0);
  const keys = { lows: new Uint32Array(rows), highs: new Uint32Array(rows) };
  let at = 0;
  for (const { lows, highs, rows: count } of indexes) {
    keys.lows.set(lows, at);
    keys.highs.set(highs, at);
    at += count;
  }
  return keys;
}

function startsOf(files: readonly IndexedSource[]): Map<IndexedSource, number> {
  let at = 0;
  return new Map(
    files.map((file) => {
      const start = at;
      at += file.index.rows;
      return [file, start];
    }),
  );
}

function forEachRow(
  files: readonly IndexedSource[],
  work: (file: IndexedSource, row: number, number: number) => void,
): void {
  let number = 0;
  for (const file of files) {
    for (let row = 0; row < file.index.rows; row += 1) work(file, row, number++);
  }
}

const isCheck = ({ source, index }: IndexedSource, row: number): boolean =>
  source.role === "check" || index.sides[row] === 2;

/** Whether a file or a column of it says which rows check. */
export const isSaid = ({ source, index }: IndexedSource): boolean =>
  source.role === "check" || index.sides.includes(2);

/** Beyond the first faults of a file only their codes are kept; nothing more is shown of them. */
const bareReason = (code: string, place: { file: string; line: number }): ErrorBody => ({
  code,
  params: place,
  message: code,
});
