import { createHash } from "node:crypto";
import type { ErrorBody } from "#contract/errors.ts";
import { toErrorBody } from "#contract/errors.ts";
import type { Project } from "#contract/project.ts";
import { fingerprint, inspectModel } from "../../models/inspect.ts";
import { resolveModel } from "../../models/reference.ts";
import { configsOf } from "../../projects/patch.ts";
import { resolveWithRows } from "../../resolve/effective.ts";
import type { Circumstances } from "../../resolve/settings.ts";
import { readOrGuessDevice } from "../../trainer/device.ts";
import type { TokenizerProcess, TokenSettings } from "../../trainer/tokenizer-process.ts";
import type { Workspace } from "../../workspace.ts";
import { splitSeed } from "../check.ts";
import { findCuts } from "../cut.ts";
import type { Cut } from "../cut.ts";
import { dataSources } from "../data-files.ts";
import { rowId } from "../row-id.ts";
import type { RowStore } from "./row-store.ts";
import { openTokenCache } from "./token-cache.ts";
import { startTokenCounter } from "./token-counter.ts";
import type { TokenCounter } from "./token-counter.ts";
import type { WarmTokenizers } from "./warm-tokenizers.ts";

/** How a project's model and settings read rows, and a name for all of it. */
export interface ModelReading {
  key: string;
  settings: TokenSettings;
  /** The most tokens of a row, for rows of these lengths. */
  limit: (lengths: readonly number[]) => number;
  /** Whether rows that are too long are shortened. */
  shortens: boolean;
}

/** Errors: model_*, engine_missing, python_failed. */
export async function readingOf(
  ws: Workspace,
  project: Project,
  thinking: boolean,
): Promise<ModelReading> {
  const model = await resolveModel(project.model);
  const facts = await inspectModel(ws, model);
  const circumstances: Circumstances = { device: await readOrGuessDevice(ws), ...facts };
  const resolve = (lengths: readonly number[]) =>
    resolveWithRows(configsOf(project), circumstances, lengths);
  const { training_config: training, modelfile_config: modelfile } = resolve([]).settings;
  const settings = {
    model,
    system: String(modelfile["system"] ?? ""),
    trainOn: String(training["train_on"]),
    // A run that started now would write this day.
    day: new Date().toISOString().slice(0, 10),
    thinking,
  };
  const { system, trainOn, day } = settings;
  const clock = facts.template.readsClock ? day : "";
  const parts = [await fingerprint(model), system, trainOn, clock, thinking];
  const key = createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 24);
  const shortens = training["excess_length_strategy"] === "truncate";
  return { key, settings, limit: (lengths) => resolve(lengths).limit, shortens };
}

/** Counting of one project's rows under one reading. */
export interface Counting {
  readonly key: string;
  readonly counter: TokenCounter;
  /** Why counting broke off. */
  failure: () => ErrorBody | undefined;
  /** All rows are counted. */
  complete: () => boolean;
  /** Settles when nothing is at work any more. */
  ended: Promise<void>;
  stop: () => void;
}

/** Starts counting the tokens of all rows; counts are kept in `cacheFile` by content. */
export function startCounting(
  store: RowStore,
  tokenizers: WarmTokenizers,
  { key, settings }: ModelReading,
  cacheFile: string,
): Counting {
  const cache = openTokenCache(cacheFile);
  const counter = startTokenCounter(store, cache, () => tokenizers.take(key, settings));
  let failure: ErrorBody | undefined;
  let complete = false;
  async function settle(): Promise<void> {
    try {
      await counter.done;
      complete = true;
    } catch (error) {
      tokenizers.drop(key);
      failure = toErrorBody(error);
    } finally {
      cache.close();
    }
  }
  const ended = settle();
  return {
    key,
    counter,
    failure: () => failure,
    complete: () => complete,
    ended,
    stop: () => counter.stop(),
  };
}

/** What became of the rows once all were counted. */
export interface ModelPlacement {
  limit: number;
  longest: number;
  /** Tokens of all rows that train or check, and how many of them are learned. */
  tokens: number;
  supervised: number;
}

/** Puts the rows where a run would put them that knows which of them the model cannot take. */
export async function placeForModel(
  ws: Workspace,
  project: Project,
  store: RowStore,
  { counter, key }: Counting,
  reading: ModelReading,
  tokenizers: WarmTokenizers,
): Promise<ModelPlacement> {
  const tooLong = new Set(
    ["row_too_long", "row_answer_too_long"].flatMap((code) => [...store.numbers("left_out", code)]),
  );
  const unusable = new Set([...store.numbers("left_out")].filter((row) => !tooLong.has(row)));
  const limit = reading.limit(counter.lengths((number) => !unusable.has(number)));
  const placedFor = `${key} ${limit}${reading.shortens ? " shortened" : ""}`;
  const current = store.placement().placedFor;
  const rejected = counter.rejected(limit);
  const longer = reading.shortens ? counter.longerThan(limit) : [];
  const shortened = await cutRows(store, longer, rejected, limit, () =>
    tokenizers.take(reading.key, reading.settings),
  );
  if (current !== placedFor && (current !== "" || rejected.size + shortened.size > 0)) {
    const options = { seed: splitSeed(project), rejected, shortened };
    await store.place(dataSources(ws, project), options, placedFor);
  }
  const leftOut = new Set(store.numbers("left_out"));
  const cuts = new Map(
    longer.length === 0
      ? []
      : store
          .pick(longer)
          .map(({ number, file, line }) => [number, shortened.get(rowId(file, line))]),
  );
  const result = { limit, longest: 0, tokens: 0, supervised: 0 };
  for (let number = 1; number <= store.size; number++) {
    const count = counter.of(number);
    if (!count || "error" in count || leftOut.has(number)) continue;
    const { tokens, supervised } = cuts.get(number) ?? count;
    result.longest = Math.max(result.longest, tokens);
    result.tokens += tokens;
    result.supervised += supervised;
  }
  return result;
}

/** What goes of these rows, by id; one that can be shortened is not rejected any more. */
async function cutRows(
  store: RowStore,
  numbers: readonly number[],
  rejected: Map<string, ErrorBody>,
  limit: number,
  tokenizer: () => Promise<TokenizerProcess>,
): Promise<Map<string, Cut>> {
  if (numbers.length === 0) return new Map();
  const rows = store
    .pick(numbers)
    .flatMap(({ file, line, content }) => (content ? [{ id: rowId(file, line), ...content }] : []));
  const { cuts, refused } = await findCuts(await tokenizer(), rows, limit);
  for (const id of cuts.keys()) rejected.delete(id);
  for (const [id, reason] of refused) rejected.set(id, reason);
  return cuts;
}
