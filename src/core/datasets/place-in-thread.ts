import { stat } from "node:fs/promises";
import { inDataThread, smallBytes } from "./data-thread.ts";
import { foundPairs } from "./near-pairs.ts";
import { placeRows } from "./place-rows.ts";
import type { DataSource } from "./data-source.ts";
import type { Placement } from "./placement.ts";
import type { Following } from "./progress.ts";

/**
 * Accounts for all rows as placeRows does, in a thread of its own where they are many. Files that
 * cannot be read are reported in the ledger.
 */
export async function placeInThread(
  sources: readonly DataSource[],
  seed: number,
  following: Following = {},
): Promise<Placement> {
  const facts = await Promise.all(sources.map(({ path }) => stat(path).catch(() => undefined)));
  const isSmall = facts.reduce((sum, fact) => sum + (fact?.size ?? 0), 0) <= smallBytes;
  if (isSmall) return placeRows(sources, { ...following, seed, reportsUnreadable: true });
  const near = await foundPairs(sources).catch(() => undefined);
  return inDataThread("place", { sources: [...sources], seed, near }, following);
}
