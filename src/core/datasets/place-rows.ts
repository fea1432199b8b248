import type { Conversation, LedgerEntry, Row } from "#contract/dataset.ts";
import { choosePlaces, isSaid } from "./choose-places.ts";
import { applyCut, withCut } from "./cut.ts";
import type { Cut } from "./cut.ts";
import type { DataSource } from "./data-source.ts";
import { indexFiles } from "./index/index-files.ts";
import type { IndexedSource } from "./index/index-files.ts";
import { startSummary } from "./ledger.ts";
import { nearPairs, noPairs } from "./near-pairs.ts";
import type { Placement, PlacementOptions, RowSink } from "./placement.ts";
import { rowId } from "./row-id.ts";
import { scanFile } from "./scan.ts";
import type { ScannedRow } from "./scan.ts";

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
  const entryOf = (file: IndexedSource, row: number, scanned?: ScannedRow): LedgerEntry => {
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
