import { toErrorBody } from "#contract/errors.ts";
import type { ErrorBody } from "#contract/errors.ts";
import type { Workspace } from "../../workspace.ts";
import type { OpenRows } from "./open-tables.ts";
import { placeForModel, readingOf, startCounting } from "./row-counting.ts";
import type { ModelPlacement, ModelReading } from "./row-counting.ts";
import { tokenFile } from "./table-file.ts";
import type { WarmTokenizers } from "./warm-tokenizers.ts";
import { patience, within } from "./within.ts";

/** What a model makes of all rows of a project. */
export interface ModelCounts {
  state: "counting" | "done" | "unavailable";
  counted: number;
  /** Why nothing can be counted. */
  error: ErrorBody | null;
  /** The most tokens that a row may have; null where that is not known. */
  limit: number | null;
  longest: number;
  /** Tokens of all rows that train or check, and how many of them are learned. */
  tokens: number;
  supervised: number;
}

export const noCounts = {
  counted: 0,
  error: null,
  limit: null,
  longest: 0,
  tokens: 0,
  supervised: 0,
};

const atOnce = 300;
const retryMs = 10_000;

/** How far a table's tokens are counted; rows are placed anew once all of them are. */
export async function modelCounts(
  ws: Workspace,
  tokenizers: WarmTokenizers,
  rows: OpenRows,
): Promise<ModelCounts> {
  try {
    const reading = await countingOf(ws, tokenizers, rows);
    const { counting } = rows.table;
    counting?.counter.asked();
    // A short file is counted at once; nobody should have to ask twice for it.
    await within(counting?.ended ?? Promise.resolve(), atOnce);
    const failure = counting?.failure();
    if (failure) return { ...noCounts, state: "unavailable", error: failure };
    const placed = await settle(ws, tokenizers, rows, reading);
    const counted = counting?.counter.counted() ?? 0;
    if (!placed) return { ...noCounts, state: "counting", counted, limit: reading.limit([]) };
    const { limit, longest, tokens, supervised } = placed;
    return { state: "done", counted, error: null, limit, longest, tokens, supervised };
  } catch (error) {
    return { ...noCounts, state: "unavailable", error: toErrorBody(error) };
  }
}

/** Counting under the project's present model and settings, started where it is not. */
async function countingOf(
  ws: Workspace,
  tokenizers: WarmTokenizers,
  { project, table, store }: OpenRows,
): Promise<ModelReading> {
  const reading = await readingOf(ws, project, store.placement().thinks);
  const cacheFile = await tokenFile(ws, reading.key);
  const failed = table.counting?.failure() !== undefined;
  const again = failed && performance.now() - table.failedAt > retryMs;
  if (!table.closed && (table.counting?.key !== reading.key || again)) {
    table.counting?.stop();
    table.failedAt = performance.now();
    table.counting = startCounting(store, tokenizers, reading, cacheFile);
  }
  return reading;
}

/** Once all is counted, rows that the model cannot take go where a run would put them. */
async function settle(
  ws: Workspace,
  tokenizers: WarmTokenizers,
  { project, table, store }: OpenRows,
  reading: ModelReading,
): Promise<ModelPlacement | undefined> {
  const { max_length: length = null } = project.trainingConfig;
  const key = `${reading.key} ${JSON.stringify([length, reading.shortens])}`;
  const { counting } = table;
  if (counting?.complete() && !table.placing && !table.closed && table.placed?.key !== key) {
    const place = async (): Promise<void> => {
      try {
        table.placed = {
          ...(await placeForModel(ws, project, store, counting, reading, tokenizers)),
          key,
        };
        table.views.clear();
      } catch {
        table.close();
      } finally {
        delete table.placing;
      }
    };
    table.placing = place();
  }
  await within(table.placing ?? Promise.resolve(), patience);
  return table.placed?.key === key ? table.placed : undefined;
}
