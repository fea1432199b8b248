import { stat } from "node:fs/promises";
import type { Conversation, LedgerEntry, LedgerSummary, Row } from "#contract/dataset.ts";
import { AppError } from "#contract/errors.ts";
import type { ErrorBody } from "#contract/errors.ts";
import type { DataFile } from "#contract/project.ts";
import { knownIndex } from "./index/index-cache.ts";
import type { RowIndex } from "./index/index-file.ts";
import { makeKeyTable } from "./key-table.ts";
import { startSummary } from "./ledger.ts";
import { nearGroups } from "./near-groups.ts";
import type { NearGroups } from "./near-groups.ts";
import { scanFile } from "./scan.ts";
import type { ScannedRow } from "./scan.ts";
import { chooseCheckRows } from "./split.ts";

/** A data file and where it lies. */
export interface DataSource extends Pick<DataFile, "name" | "role" | "mapping"> {
  path: string;
  /** What the version that counts changes; absent where it counts as uploaded. */
  changes?: string;
}

export interface PlacementOptions {
  seed: number;
  /** Goes into rows that bring no system prompt; undefined = none does. */
  system?: string | undefined;
  /** Rows that the model cannot take, by id, with the reason. */
  rejected?: ReadonlyMap<string, ErrorBody>;
  signal?: AbortSignal;
  /** Called with the bytes of all files that were read so far, and all of them. */
  onProgress?: (done: number, total: number) => void;
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
 * hand each row to its place. Memory holds some 40 bytes per row, never a file.
 * Errors: data_*, where a file as a whole cannot be read; the signal's reason.
 */
export async function placeRows(
  sources: readonly DataSource[],
  options: PlacementOptions,
  sink?: RowSink,
): Promise<Placement> {
  const files = await indexFiles(sources, options);
  const says = files.some((file) => isSaid(file));
  const groups = says ? new Map<string, string>() : await nearGroups(sources);
  const places = choosePlaces(files, options, groups);
  const { add, summary } = startSummary();
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
  for (const file of files) {
    if (!sink) {
      for (let row = 0; row < file.index.rows; row += 1) enter(places.entry(file, row));
      continue;
    }
    let row = 0;
    for await (const rows of scanFile(file.source.path, file.source, options)) {
      for (const scanned of rows) {
        // A file that grew in the meantime ends where it ended before.
        if (row >= file.index.rows) break;
        const entry = places.entry(file, row++, scanned);
        enter(entry);
        await sink.entry(entry, scanned);
        if (entry.outcome === "left_out" || !("messages" in scanned)) continue;
        const system = withSystem(scanned, options.system, placement);
        await sink.row(entry.outcome, toRow(scanned, system));
      }
    }
  }
  return placement;
}

/** The id of a row everywhere: in the frozen data, in events and in the report. */
export const rowId = (file: string, line: number): string => `${file}:${line}`;

interface IndexedFile {
  source: DataSource;
  index: RowIndex;
}

async function indexFiles(
  sources: readonly DataSource[],
  { signal, onProgress }: PlacementOptions,
): Promise<IndexedFile[]> {
  const sizes = await Promise.all(sources.map(async ({ path }) => (await stat(path)).size));
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const files: IndexedFile[] = [];
  let before = 0;
  for (const [number, source] of sources.entries()) {
    const start = before;
    const tell = (done: number): void => onProgress?.(start + done, total);
    const index = await knownIndex(source.path, source, {
      onProgress: tell,
      ...(signal && { signal }),
    });
    files.push({ source, index });
    before += sizes[number] ?? 0;
  }
  onProgress?.(total, total);
  return files;
}

interface Places {
  anyCheck: boolean;
  /** Files or a column say which rows check. */
  fromFile: boolean;
  duplicates: number;
  entry: (file: IndexedFile, row: number, scanned?: ScannedRow) => LedgerEntry;
}

/** Decides where each row goes. */
function choosePlaces(
  files: readonly IndexedFile[],
  { seed, rejected = new Map() }: PlacementOptions,
  groups: NearGroups,
): Places {
  const rows = files.reduce((sum, { index }) => sum + index.rows, 0);
  const train = makeKeyTable(rows);
  const check = makeKeyTable(rows);
  const fromFile = files.some((file) => isSaid(file));
  const leaders = leaderKeys(groups);
  // What is nearly the same stays on one side by having one key, but is no copy.
  const together = leaders.size > 0 ? makeKeyTable(rows) : train;
  const groupOf = (low: number, high: number): readonly [number, number] =>
    leaders.get(keyText(low, high)) ?? [low, high];
  for (const file of files) {
    const { index, source } = file;
    for (let row = 0; row < index.rows; row += 1) {
      if (index.reasons[row] !== 0) continue;
      if (rejected.size > 0 && rejected.has(rowId(source.name, index.lines[row] ?? 0))) continue;
      const [low, high] = [index.lows[row] ?? 0, index.highs[row] ?? 0];
      (isCheck(file, row) ? check : train).add(low, high);
      if (together !== train) together.add(...groupOf(low, high));
    }
  }
  const chosen = fromFile ? new Uint8Array() : chooseCheckRows(together, seed);
  let copies = 0;
  for (let slot = 0; slot < train.slots; slot += 1) {
    const count = train.count(slot);
    if (count === 0) continue;
    // What stands in the check set is left out, copies and all.
    if (check.find(...train.key(slot)) < 0) copies += count - 1;
  }
  const seenFaults = new Map<IndexedFile, number>();
  return {
    anyCheck: check.size > 0 || chosen.includes(1),
    fromFile,
    duplicates: copies + check.total - check.size,
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
      const [low, high] = [index.lows[row] ?? 0, index.highs[row] ?? 0];
      if (!fromFile) {
        const slot = together.find(...groupOf(low, high));
        return { ...place, outcome: chosen[slot] === 1 ? "check" : "train" };
      }
      if (check.find(low, high) < 0) return { ...place, outcome: "train" };
      return leftOut(new AppError("row_in_check", place).toBody());
    },
  };
}

const isCheck = ({ source, index }: IndexedFile, row: number): boolean =>
  source.role === "check" || index.sides[row] === 2;

/** Whether a file or a column of it says which rows check. */
const isSaid = ({ source, index }: IndexedFile): boolean =>
  source.role === "check" || index.sides.includes(2);

const keyText = (low: number, high: number): string => `${low} ${high}`;

/** The key of each row that is nearly the same as an earlier one, with the key of that one. */
function leaderKeys(groups: NearGroups): Map<string, readonly [number, number]> {
  const half = (hash: string, from: number): number => parseInt(hash.slice(from, from + 8), 16);
  return new Map(
    Array.from(groups, ([own, leader]) => [
      keyText(half(own, 0), half(own, 8)),
      [half(leader, 0), half(leader, 8)] as const,
    ]),
  );
}

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
