import type { Conversation, LedgerEntry, LedgerSummary, Row } from "#contract/dataset.ts";
import { AppError } from "#contract/errors.ts";
import type { ErrorBody } from "#contract/errors.ts";
import type { DataFile } from "#contract/project.ts";
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
 * Reads all files twice: first to know which rows check, then to give each row its one place.
 * Memory holds a hash per row, never a file.
 */
export async function placeRows(
  sources: readonly DataSource[],
  { seed, system, rejected = new Map() }: PlacementOptions,
  sink?: RowSink,
): Promise<Placement> {
  const fromFile = sources.some(({ role }) => role === "check");
  const groups: NearGroups = fromFile ? new Map() : await nearGroups(sources);
  const { train, check } = await collectHashes(sources, rejected, groups);
  const chosen = fromFile ? new Set(check) : chooseCheckRows(train, seed);
  const { add, summary } = startSummary();
  const placement: Placement = {
    ledger: summary,
    checkSource: chosen.size === 0 ? "none" : fromFile ? "file" : "split",
    checkEmptied: fromFile && chosen.size === 0,
    duplicates: 0,
    overlap: 0,
    systemAdded: 0,
    systemDiffers: 0,
  };
  const seen = new Set<string>();
  for (const source of sources) {
    for await (const rows of scanFile(source.path, source)) {
      for (const row of rows) {
        const entry = placeRow(row, source.role, { chosen, fromFile, rejected, groups });
        add(entry);
        await sink?.entry(entry, row);
        if (entry.outcome === "left_out" || !("messages" in row)) {
          if (entry.reason?.code === "row_in_check") placement.overlap += 1;
          continue;
        }
        if (seen.has(row.hash)) placement.duplicates += 1;
        seen.add(row.hash);
        await sink?.row(entry.outcome, toRow(row, withSystem(row, system, placement)));
      }
    }
  }
  return placement;
}

/** The id of a row everywhere: in the frozen data, in events and in the report. */
export const rowId = (file: string, line: number): string => `${file}:${line}`;

function placeRow(
  row: ScannedRow,
  role: DataFile["role"],
  at: {
    chosen: Set<string>;
    fromFile: boolean;
    rejected: ReadonlyMap<string, ErrorBody>;
    groups: NearGroups;
  },
): LedgerEntry {
  const { file, line } = row;
  if ("reason" in row) return { file, line, outcome: "left_out", reason: row.reason };
  const reason = at.rejected.get(rowId(file, line));
  if (reason) return { file, line, outcome: "left_out", reason };
  if (role === "check") return { file, line, outcome: "check" };
  if (!at.chosen.has(at.groups.get(row.hash) ?? row.hash)) return { file, line, outcome: "train" };
  if (!at.fromFile) return { file, line, outcome: "check" };
  const overlap = new AppError("row_in_check", { file, line }).toBody();
  return { file, line, outcome: "left_out", reason: overlap };
}

async function collectHashes(
  sources: readonly DataSource[],
  rejected: ReadonlyMap<string, ErrorBody>,
  groups: NearGroups,
): Promise<Record<DataFile["role"], string[]>> {
  const hashes: Record<DataFile["role"], string[]> = { train: [], check: [] };
  for (const source of sources) {
    for await (const rows of scanFile(source.path, source)) {
      for (const row of rows) {
        if ("messages" in row && !rejected.has(rowId(row.file, row.line))) {
          hashes[source.role].push(groups.get(row.hash) ?? row.hash);
        }
      }
    }
  }
  return hashes;
}

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
