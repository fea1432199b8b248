import { stat } from "node:fs/promises";
import { indexFile } from "./index-file.ts";
import type { IndexOptions, RowIndex } from "./index-file.ts";
import type { IndexedFile } from "./index-rows.ts";

/** Indexes of the files that were read last, by what they depend on; some 40 bytes per row. */
const kept = new Map<string, RowIndex>();
const mostRows = 2_000_000;

/** The index of a file, read again only where the file or what is said of it changed. */
export async function knownIndex(
  path: string,
  file: IndexedFile,
  options?: IndexOptions,
): Promise<RowIndex> {
  const { size, mtimeMs } = await stat(path);
  const key = JSON.stringify([
    path,
    file.name,
    size,
    mtimeMs,
    file.mapping ?? null,
    file.changes ?? null,
  ]);
  const known = kept.get(key);
  const index = known ?? (await indexFile(path, file, options));
  // Last in the map is last to go.
  kept.delete(key);
  kept.set(key, index);
  let rows = [...kept.values()].reduce((sum, one) => sum + one.rows, 0);
  for (const [old, one] of kept) {
    if (rows <= mostRows || kept.size === 1) break;
    kept.delete(old);
    rows -= one.rows;
  }
  return index;
}
