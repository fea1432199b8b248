import { stat } from "node:fs/promises";
import { inDataThread } from "./data-thread.ts";
import { placeRows } from "./place-rows.ts";
import type { DataSource, Placement } from "./place-rows.ts";
import type { Following } from "./progress.ts";

/** What takes no longer than starting a thread. */
const smallBytes = 4 << 20;

/** Accounts for all rows as placeRows does, in a thread of its own where they are many. */
export async function placeInThread(
  sources: readonly DataSource[],
  seed: number,
  following: Following = {},
): Promise<Placement> {
  const sizes = await Promise.all(sources.map(async ({ path }) => (await stat(path)).size));
  const isSmall = sizes.reduce((sum, size) => sum + size, 0) <= smallBytes;
  return isSmall
    ? placeRows(sources, { ...following, seed })
    : inDataThread("place", { sources: [...sources], seed }, following);
}
