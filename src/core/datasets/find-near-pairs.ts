import { stat } from "node:fs/promises";
import { startNearDuplicates } from "./doctor/near/near-duplicates.ts";
import { taughtText } from "./doctor/seen-row.ts";
import type { DataSource } from "./data-source.ts";
import type { Following } from "./progress.ts";
import { scanFile } from "./scan.ts";

/**
 * Rows that must not be torn apart by a split, since whoever learns one knows the other: each with
 * the first row that is nearly the same, two numbers a pair, ascending. Rows are numbered over all
 * training files, those that cannot be used included. Rows that are alone are not in it. Shared memory,
 * since threads hand them to one another, and each copy of millions counts.
 */
export type NearPairs = Uint32Array<SharedArrayBuffer>;

/** Room for so many numbers, two of which are a pair. */
export const roomForPairs = (numbers: number): NearPairs =>
  new Uint32Array(new SharedArrayBuffer(numbers * Uint32Array.BYTES_PER_ELEMENT));

/** Reads all rows of the files and compares them. Errors: as scanFile; disk_full; the signal's reason. */
export async function findNearPairs(
  sources: readonly DataSource[],
  { signal, onProgress }: Following,
): Promise<NearPairs> {
  const near = startNearDuplicates(sources[0]?.spill);
  try {
    const sizes = await Promise.all(sources.map(async ({ path }) => (await stat(path)).size));
    const total = sizes.reduce((sum, size) => sum + size, 0);
    let before = 0;
    for (const [number, source] of sources.entries()) {
      const reading = {
        ...(signal && { signal }),
        onBytes: (done: number) => onProgress?.(before + done, total, "read"),
      };
      for await (const rows of scanFile(source.path, source, reading)) {
        for (const row of rows) {
          const { messages, text = "" } = "reason" in row ? nothing : row;
          near.add(taughtText({ messages, text, reason: undefined }));
        }
      }
      before += sizes[number] ?? 0;
    }
    const compared = (done: number, all: number): void => onProgress?.(done, all, "compare");
    const { group } = await near.find({ ...(signal && { signal }), onProgress: compared });
    return pairsOf(group);
  } finally {
    near.close();
  }
}

const nothing = { messages: [], text: "" };

/** The rows that are not the first of their group; `numberOf` gives a row's number over all rows. */
export function pairsOf(
  group: Uint32Array,
  numberOf: (row: number) => number = (row) => row,
): NearPairs {
  let count = 0;
  for (let row = 0; row < group.length; row += 1) count += Number(group[row] !== row);
  const pairs = roomForPairs(count * 2);
  let at = 0;
  for (let row = 0; row < group.length; row += 1) {
    const first = group[row] as number;
    if (first === row) continue;
    pairs[at++] = numberOf(row);
    pairs[at++] = numberOf(first);
  }
  return pairs;
}
