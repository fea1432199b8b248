import { stat } from "node:fs/promises";
import type { UnreadableFile } from "#contract/dataset.ts";
import type { DataSource } from "../data-source.ts";
import type { PlacementOptions } from "../placement.ts";
import { unreadableReason } from "../unreadable.ts";
import { knownIndex } from "./index-cache.ts";
import type { RowIndex } from "./index-file.ts";

/** A data file with the columns of its rows. */
export interface IndexedSource {
  source: DataSource;
  index: RowIndex;
  bytes: number;
}

/**
 * Reads all files into columns, or takes what is known of them. Errors: data_*, where a file cannot be
 * read and that is not only reported; the signal's reason.
 */
export async function indexFiles(
  sources: readonly DataSource[],
  { signal, onProgress, reportsUnreadable = false }: PlacementOptions,
): Promise<{ files: IndexedSource[]; unreadable: UnreadableFile[] }> {
  const sizes = await Promise.all(sources.map(async ({ path }) => await sizeOf(path)));
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const files: IndexedSource[] = [];
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
