import { readWish } from "#core/runs/wishes.ts";
import type { Wish } from "#core/runs/wishes.ts";

const pollMs = 200;

/**
 * Calls `onWish` once for the first wish in the folder. Files are polled: watching misses renames on
 * some network file systems. Returns what stops the polling.
 */
export function watchWishes(folder: string, onWish: (wish: Wish) => void): () => void {
  let stopped = false;
  const look = async () => {
    if (stopped) return;
    // A folder that cannot be read for a moment must not end the run.
    const wish = await readWish(folder).catch(() => undefined);
    if (stopped) return;
    if (wish) {
      stopped = true;
      onWish(wish);
      return;
    }
    timer = setTimeout(() => void look(), pollMs);
  };
  let timer = setTimeout(() => void look(), 0);
  return () => {
    stopped = true;
    clearTimeout(timer);
  };
}
