import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { isMissing } from "#core/files/error-code.ts";

export type Wish = "cancel" | "pause";
const known: readonly Wish[] = ["cancel", "pause"];
const pollMs = 200;

/**
 * Calls `onWish` once for the first wish in the folder. Files are polled: watching misses renames on
 * some network file systems. Returns what stops the polling.
 */
export function watchWishes(folder: string, onWish: (wish: Wish) => void): () => void {
  let stopped = false;
  const look = async () => {
    if (stopped) return;
    const wish = await readWish(folder);
    if (wish && !stopped) {
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

/** The wish that lies in the folder, cancel before pause. */
export async function readWish(folder: string): Promise<Wish | undefined> {
  try {
    const names = await readdir(folder);
    return known.find((wish) => names.includes(`${wish}.json`));
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** Removes wishes of an earlier attempt: they were answered, or came too late. */
export async function clearWishes(folder: string): Promise<void> {
  await Promise.all(known.map((wish) => rm(join(folder, `${wish}.json`), { force: true })));
}
