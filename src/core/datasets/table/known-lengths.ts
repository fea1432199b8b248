import { setImmediate as breathe } from "node:timers/promises";
import { AppError } from "#contract/errors.ts";
import type { Project } from "#contract/project.ts";
import type { Workspace } from "../../workspace.ts";
import { readingOf } from "./row-counting.ts";
import { openKnownTable, tableKey, tokenFile } from "./table-file.ts";
import { openTokenCache } from "./token-cache.ts";
import type { TokenCache } from "./token-cache.ts";
import type { RowStore } from "./row-store.ts";

const batch = 1000;

/**
 * The tokens of every row that the doctor looks at, so without those that a fix left out, in the order
 * of the files; 0 where there are none to count. Undefined as long as the table has not counted all
 * rows under the present model and settings.
 */
export async function knownLengths(
  ws: Workspace,
  project: Project,
): Promise<Int32Array | undefined> {
  const store = await openKnownTable(ws, project, await tableKey(ws, project));
  if (!store) return undefined;
  try {
    const { key } = await readingOf(ws, project, store.placement().thinks);
    const cache = openTokenCache(await tokenFile(ws, key));
    try {
      return await readLengths(store, cache);
    } finally {
      cache.close();
    }
  } catch (error) {
    if (error instanceof AppError) return undefined;
    throw error;
  } finally {
    store.close();
  }
}

async function readLengths(store: RowStore, cache: TokenCache): Promise<Int32Array | undefined> {
  const lengths = new Int32Array(store.size);
  let looked = 0;
  for (let first = 1; first <= store.size; first += batch) {
    for (const { hash, reason } of store.slice(first, batch)) {
      if (reason?.code === "row_fixed_away") continue;
      const count = hash === null ? undefined : cache.get(hash);
      if (hash !== null && !count) return undefined;
      lengths[looked++] = count && "tokens" in count ? count.tokens : 0;
    }
    // The server answers others in between.
    await breathe();
  }
  return lengths.subarray(0, looked);
}
