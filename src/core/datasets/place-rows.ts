import { stat } from "node:fs/promises";
import type {
  Conversation,
  LedgerEntry,
  LedgerSummary,
  Row,
  UnreadableFile,
} from "#contract/dataset.ts";
import { AppError } from "#contract/errors.ts";
import type { ErrorBody } from "#contract/errors.ts";
import type { DataFile } from "#contract/project.ts";
import { applyCut, withCut } from "./cut.ts";
import type { Cut } from "./cut.ts";
import { knownIndex } from "./index/index-cache.ts";
import type { RowIndex } from "./index/index-file.ts";
import { firstCopies, joinGroups, noRow, rootOf } from "./first-copies.ts";
import type { RowKeys } from "./first-copies.ts";
import { startSummary } from "./ledger.ts";
import { unreadableReason } from "./unreadable.ts";
import { nearPairs, noPairs } from "./near-pairs.ts";
import type { NearPairs } from "./near-pairs.ts";
import type { Following } from "./progress.ts";
import { scanFile } from "./scan.ts";
import type { ScannedRow } from "./scan.ts";
import { chooseCheckRows } from "./split.ts";

/** A data file and where it lies. */
export interface DataSource extends Pick<DataFile, "name" | "role" | "mapping"> {
  path: string;
  /** What the version that counts changes; absent where it counts as uploaded. */
  changes?: string;
  /** Where what is known of files by their content is kept, and where numbers lie meanwhile. */
  cache?: string;
  spill?: string;
  /** Changes with the file's content, and with how it is read; absent where that is not known. */
  content?: string;
}

export interface PlacementOptions extends Following {
  seed: number;
  /** Goes into rows that bring no system prompt; undefined = none does. */
  system?: string | undefined;
  /** What goes of rows that are shortened, by id. */
  shortened?: ReadonlyMap<string, Cut>;
  /** Rows that the model cannot take, by id, with the reason. */
  rejected?: ReadonlyMap<string, ErrorBody>;
  /** Which rows are nearly the same, where that is known. */
  near?: NearPairs | undefined;
  /** A file that cannot be read becomes an entry of the ledger and ends nothing; never so in training. */
  reportsUnreadable?: boolean;
}

/** Where rows go as they are placed; absent in a mere check. */
export interface RowSink {
  row: (side: "train" | "check", row: Row) => Promise<void> | void;
  entry: (entry: LedgerEntry, row: ScannedRow) => Promise<void> | void;
}

export interface Placement {
  ledger: LedgerSummary;
  checkSource: "file" | "split" | "none";
  /** There are check files, but none of their rows can be used. */
  checkEmptied: boolean;
  /** Rows beyond the first of each content that train or check. */
  duplicates: number;
  /** Training rows left out because they stand in the check files, too. */
  overlap: number;
  systemAdded: number;
  systemDiffers: number;
}

/**
 * Reads all files once to know which rows check and which are copies; with a sink a second time, to
 * hand each row to its place. Memory holds some 30 bytes per row, never a file.
 * Errors: data_*, where a file as a whole cannot be read and that is not only reported; the signal's
 * reason.
 */
export async function placeRows(
  sources: readonly DataSource[],
  options: PlacementOptions,
  sink?: RowSink,
): Promise<Placement> {
  const { files, unreadable } = await indexFiles(sources, options);
  const says = files.some((file) => isSaid(file));
  const readable = files.map(({ source }) => source);
  const known = unreadable.length === 0 ? options.near : undefined;
  const near = says ? noPairs : (known ?? (await nearPairs(readable, options)));
  const places = choosePlaces(files, options, near);
  const { add, summary } = startSummary();
  summary.unreadable = unreadable;
  const placement: Placement = {
    ledger: summary,
    checkSource: !places.anyCheck ? "none" : places.fromFile ? "file" : "split",
    checkEmptied: places.fromFile && !places.anyCheck,
    duplicates: places.duplicates,
    overlap: 0,
    systemAdded: 0,
    systemDiffers: 0,
  };
  const enter = (entry: LedgerEntry): void => {
    if (entry.reason?.code === "row_in_check") placement.overlap += 1;
    add(entry);
  };
  const entryOf = (file: IndexedFile, row: number, scanned?: ScannedRow): LedgerEntry => {
    const entry = places.entry(file, row, scanned);
    const cut = cutOf(entry, options);
    return cut ? withCut(entry, cut) : entry;
  };
  const total = files.reduce((sum, { bytes }) => sum + bytes, 0);
  let before = 0;
  for (const file of files) {
    if (!sink) {
      for (let row = 0; row < file.index.rows; row += 1) enter(entryOf(file, row));
      continue;
    }
    let row = 0;
    const start = before;
    const reading = {
      ...(options.signal && { signal: options.signal }),
      onBytes: (done: number) => options.onProgress?.(start + done, total, "store"),
    };
    for await (const rows of scanFile(file.source.path, file.source, reading)) {
      for (const scanned of rows) {
        // A file that grew in the meantime ends where it ended before.
        if (row >= file.index.rows) break;
        const entry = entryOf(file, row++, scanned);
        enter(entry);
        await sink.entry(entry, scanned);
        if (entry.outcome === "left_out" || !("messages" in scanned)) continue;
        const cut = cutOf(entry, options);
        const left = cut ? applyCut(scanned, cut) : scanned;
        const system = withSystem(left, options.system, placement);
        await sink.row(entry.outcome, toRow(scanned, system));
      }
    }
    before += file.bytes;
  }
  return placement;
}

function cutOf(
  { file, line, outcome }: LedgerEntry,
  { shortened }: PlacementOptions,
): Cut | undefined {
  return outcome === "left_out" ? undefined : shortened?.get(rowId(file, line));
}

/** The id of a row everywhere: in the frozen data, in events and in the report. */
export const rowId = (file: string, line: number): string => `${file}:${line}`;

interface IndexedFile {
  source: DataSource;
  index: RowIndex;
  bytes: number;
}

async function indexFiles(
  sources: readonly DataSource[],
  { signal, onProgress, reportsUnreadable = false }: PlacementOptions,
): Promise<{ files: IndexedFile[]; unreadable: UnreadableFile[] }> {
  const sizes = await Promise.all(sources.map(async ({ path }) => await sizeOf(path)));
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const files: IndexedFile[] = [];
  const unreadable: UnreadableFile[] = [];
  let before = 0;
  for (const [number, source] of sources.entries()) {
    const start = before;
    const tell = (done: number): void => onProgress?.(start + done, total, "read");
    const bytes = sizes[number] ?? 0;
    before += bytes;
    try {
      const following = { onProgress: tell, ...(signal && { signal }) };
      files.push({ source, index: await knownIndex(source.path, source, following), bytes });
    } catch (error) {
      const reason = reportsUnreadable ? unreadableReason(error, source.name) : undefined;
      if (!reason) throw error;
      unreadable.push({ file: source.name, reason });
    }
  }
  onProgress?.(total, total, "read");
  return { files, unreadable };
}

const sizeOf = async (path: string): Promise<number> =>
  (await stat(path).catch(() => undefined))?.size ?? 0;

interface Places {
  anyCheck: boolean;
  /** Files or a column say which rows check. */
  fromFile: boolean;
  duplicates: number;
  entry: (file: IndexedFile, row: number, scanned?: ScannedRow) => LedgerEntry;
}

/** Decides where each row goes. Rows are numbered over all files. */
function choosePlaces(
  files: readonly IndexedFile[],
  { seed, rejected = new Map() }: PlacementOptions,
  near: NearPairs,
): Places {
  const fromFile = files.some((file) => isSaid(file));
  const keys = joinKeys(files.map(({ index }) => index));
  const first = firstCopies(keys, countedRows(files, rejected));
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
  const groups = near.length === 0 ? first : groupTogether(first, near);
  const chosen = fromFile ? new Uint8Array() : chooseCheckRows(groups, keys, seed);
  const starts = startsOf(files);
  const seenFaults = new Map<IndexedFile, number>();
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
        const root = rootOf(groups, number);
        return { ...place, outcome: chosen[root] === 1 ? "check" : "train" };
      }
      if (inCheck[first[number] ?? 0] !== 1) return { ...place, outcome: "train" };
      return leftOut(new AppError("row_in_check", place).toBody());
    },
  };
}

/** Rows that can be used. */
function countedRows(
  files: readonly IndexedFile[],
  rejected: ReadonlyMap<string, ErrorBody>,
): Uint8Array {
  const counted = new Uint8Array(files.reduce((sum, { index }) => sum + index.rows, 0));
  forEachRow(files, ({ index, source }, row, number) => {
    const usable = index.reasons[row] === 0;
    const taken = rejected.size === 0 || !rejected.has(rowId(source.name, index.lines[row] ?? 0));
    counted[number] = Number(usable && taken);
  });
  return counted;
}

/** What is nearly the same stays on one side by being in one group, but is no copy. */
function groupTogether(first: Uint32Array, near: NearPairs): Uint32Array {
  const groups = first.slice();
  for (let at = 0; at < near.length; at += 2) {
    const [a, b] = [first[near[at] ?? 0] ?? noRow, first[near[at + 1] ?? 0] ?? noRow];
    if (a !== noRow && b !== noRow) joinGroups(groups, a, b);
  }
  for (let row = 0; row < groups.length; row += 1) {
    if (groups[row] !== noRow) groups[row] = rootOf(groups, row);
  }
  return groups;
}

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

function startsOf(files: readonly IndexedFile[]): Map<IndexedFile, number> {
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
  files: readonly IndexedFile[],
  work: (file: IndexedFile, row: number, number: number) => void,
): void {
  let number = 0;
  for (const file of files) {
    for (let row = 0; row < file.index.rows; row += 1) work(file, row, number++);
  }
}

const isCheck = ({ source, index }: IndexedFile, row: number): boolean =>
  source.role === "check" || index.sides[row] === 2;

/** Whether a file or a column of it says which rows check. */
const isSaid = ({ source, index }: IndexedFile): boolean =>
  source.role === "check" || index.sides.includes(2);

/** Beyond the first faults of a file only their codes are kept; nothing more is shown of them. */
const bareReason = (code: string, place: { file: string; line: number }): ErrorBody => ({
  code,
  params: place,
  message: code,
});

/** The conversation as it is trained; counts what happened to its system prompt. */
function withSystem(
  { messages, tools, text }: Conversation,
  system: string | undefined,
  counts: Pick<Placement, "systemAdded" | "systemDiffers">,
): Conversation {
  if (text !== undefined) return { messages, text };
  const kept = { messages, ...(tools && { tools }) };
  const own = messages[0]?.role === "system" ? messages[0].content : undefined;
  if (own !== undefined) {
    if (own !== (system ?? "")) counts.systemDiffers += 1;
    return kept;
  }
  if (system === undefined || system === "") return kept;
  counts.systemAdded += 1;
  return { ...kept, messages: [{ role: "system", content: system }, ...messages] };
}

function toRow({ file, line }: { file: string; line: number }, row: Conversation): Row {
  return { id: rowId(file, line), file, line, ...row };
}
