import { readWish } from "#core/runs/wishes.ts";
import type { Wish } from "#core/runs/wishes.ts";
import { pollFor } from "./poll.ts";

const pollMs = 200;

/**
 * Calls `onWish` once for the first wish in the folder. Files are polled: watching misses renames on
 * some network file systems. Returns what stops the polling.
 */
export function watchWishes(folder: string, onWish: (wish: Wish) => void): () => void {
  return pollFor(() => readWish(folder), pollMs, onWish);
}
