import { createHash } from "node:crypto";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { makeFolder } from "../../files/atomic.ts";
import { keepNewest } from "../../files/keep-newest.ts";
import { indexFile } from "./index-file.ts";
import type { IndexOptions, RowIndex } from "./index-file.ts";
import { loadIndex, storeIndex } from "./index-store.ts";
import type { IndexedFile } from "./index-rows.ts";

/** A file whose content is known by `content`, and where what is known of it is kept. */
export type CachedFile = IndexedFile & { cache?: string; content?: string };

/** Indexes of the files that were read last, by what they depend on; some 15 bytes per row. */
const kept = new Map<string, RowIndex>();
const mostRows = 1_000_000;
/** What is read again as quickly as it is found on the disk. */
const smallBytes = 4 << 20;
/** Raised when rows are read otherwise. */
const version = 2;
const mostFiles = 24;

/** The index of a file, read again only where the file or what is said of it changed. */
export async function knownIndex(
  path: string,
  file: CachedFile,
  options?: IndexOptions,
): Promise<RowIndex> {
  const { size, mtimeMs } = await stat(path);
  const about = [path, file.name, size, mtimeMs, file.mapping ?? null, file.changes ?? null];
  const key = JSON.stringify(about);
  const known = kept.get(key);
  const index = known ?? (await storedIndex(path, file, size, options));
  // Last in the map is last to go.
  kept.delete(key);
  kept.set(key, index);
  let rows = [...kept.values()].reduce((sum, one) => sum + one.rows, 0);
  for (const [old, one] of kept) {
    if (rows <= mostRows) break;
    kept.delete(old);
    rows -= one.rows;
  }
  return index;
}

async function storedIndex(
  path: string,
  file: CachedFile,
  size: number,
  options?: IndexOptions,
): Promise<RowIndex> {
  const { cache, content } = file;
  if (cache === undefined || content === undefined || size <= smallBytes) {
    return indexFile(path, file, options);
  }
  const hash = createHash("sha256").update(JSON.stringify([version, content, size]));
  const stored = join(cache, `${hash.digest("hex").slice(0, 32)}.index`);
  const found = await loadIndex(stored);
  if (found) return found;
  const index = await indexFile(path, file, options);
  if ((await stat(path)).size === size) {
    await makeFolder(cache);
    await storeIndex(stored, index);
    await keepNewest(cache, mostFiles);
  }
  return index;
}
