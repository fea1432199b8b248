import { setImmediate as breathe, setTimeout as sleep } from "node:timers/promises";
import { AppError } from "#contract/errors.ts";
import type { ErrorBody } from "#contract/errors.ts";
import { rowError } from "../../runs/row-errors.ts";
import type { CountedRow, TokenizerProcess } from "../../trainer/tokenizer-process.ts";
import { rowId } from "../row-id.ts";
import type { RowStore, StoredRow } from "./row-store.ts";
import type { TokenCache, TokenCount } from "./token-cache.ts";

const unknown = -1;
const refused = -2;
/** Rows per request: small, so that those on the screen never wait long. */
const batch = 200;
/** Counting rests when nobody has asked for so long: a training may want the processor. */
const unaskedMs = 15_000;

/** Counts the tokens of all rows, those that are asked for first. */
export interface TokenCounter {
  /** Rows whose tokens are known, or that have none to count. */
  counted: () => number;
  /** `undefined` while it is not known. */
  of: (number: number) => { tokens: number; supervised: number } | { error: ErrorBody } | undefined;
  /** Tokens of all rows that a model could take, in their order. */
  lengths: (isUsed: (number: number) => boolean) => number[];
  /** All rows that the model refuses or that have more tokens than `limit`, by id. */
  rejected: (limit: number) => Map<string, ErrorBody>;
  /** Numbers of all rows that have more tokens than `limit`. */
  longerThan: (limit: number) => number[];
  /** Somebody wants to know. */
  asked: () => void;
  /** These rows next. */
  hurry: (numbers: readonly number[]) => void;
  /** Settles when all is counted; errors: engine_missing, model_*, python_failed. */
  done: Promise<void>;
  stop: () => void;
}

/** Starts counting. `tokenizer` is asked for only when a row is not in the cache. */
export function startTokenCounter(
  store: RowStore,
  cache: TokenCache,
  tokenizer: () => Promise<TokenizerProcess>,
): TokenCounter {
  const tokens = new Int32Array(store.size + 1).fill(unknown);
  const supervised = new Int32Array(store.size + 1);
  const errors = new Map<number, ErrorBody>();
  let wanted: number[] = [];
  let counted = 0;
  let askedAt = performance.now();
  const stop = new AbortController();

  const take = (row: StoredRow, count: TokenCount | undefined): void => {
    if (tokens[row.number] === unknown) counted += 1;
    tokens[row.number] = count && "tokens" in count ? count.tokens : refused;
    if (count && "tokens" in count) supervised[row.number] = count.supervised;
    else if (count) errors.set(row.number, rowError(rowId(row.file, row.line), count.error));
  };
  const isOpen = ({ number }: StoredRow): boolean => tokens[number] === unknown;

  /** Counts these rows: what has no conversation has no tokens, and what was seen is not asked. */
  async function count(rows: readonly StoredRow[]): Promise<void> {
    const asked = new Map<string, StoredRow[]>();
    for (const row of rows.filter(isOpen)) {
      const known = row.hash === null ? undefined : cache.get(row.hash);
      if (row.hash === null || known) take(row, known);
      else asked.set(row.hash, [...(asked.get(row.hash) ?? []), row]);
    }
    if (asked.size === 0) return;
    const hashes = [...asked.keys()];
    const replies = await (
      await tokenizer()
    ).count(
      hashes.map((hash, index) => ({
        id: String(index),
        ...(asked.get(hash)?.[0]?.content ?? { messages: [] }),
      })),
    );
    if (stop.signal.aborted) return;
    const counts = hashes.map((hash, index) => [hash, toCount(replies[index])] as const);
    for (const [hash, found] of counts) {
      for (const row of asked.get(hash) ?? []) take(row, found);
    }
    cache.put(counts);
  }

  async function countAll(): Promise<void> {
    let next = 1;
    while (!stop.signal.aborted && next <= store.size) {
      if (performance.now() - askedAt > unaskedMs) {
        await sleep(500, undefined, { ref: false });
        continue;
      }
      const hurried = wanted.splice(0, batch);
      if (hurried.length > 0) await count(store.pick(hurried));
      else {
        const rows = store.slice(next, batch);
        next += batch;
        await count(rows);
      }
      await breathe();
    }
  }

  const longerThan = (limit: number): number[] => {
    const numbers: number[] = [];
    for (let number = 1; number <= store.size; number++) {
      if ((tokens[number] ?? unknown) > limit) numbers.push(number);
    }
    return numbers;
  };
  const done = countAll();
  // Whoever waits for it hears of a failure; so may nobody.
  done.catch(() => undefined);
  return {
    counted: () => counted,
    of(number) {
      const count = tokens[number] ?? unknown;
      const error = errors.get(number);
      if (error) return { error };
      return count < 0 ? undefined : { tokens: count, supervised: supervised[number] ?? 0 };
    },
    lengths(isUsed) {
      const lengths: number[] = [];
      for (let number = 1; number <= store.size; number++) {
        const count = tokens[number] ?? unknown;
        if (count >= 0 && isUsed(number)) lengths.push(count);
      }
      return lengths;
    },
    rejected(limit) {
      const rejected = new Map<string, ErrorBody>();
      const numbers = [...errors.keys(), ...longerThan(limit)];
      for (const { number, file, line } of store.pick(numbers)) {
        const count = tokens[number] ?? 0;
        const error =
          errors.get(number) ??
          new AppError("row_too_long", { line, file, tokens: count, limit }).toBody();
        rejected.set(rowId(file, line), error);
      }
      return rejected;
    },
    longerThan,
    asked() {
      askedAt = performance.now();
    },
    hurry(numbers) {
      wanted = numbers.filter((number) => tokens[number] === unknown);
    },
    done,
    stop: () => stop.abort(),
  };
}

function toCount(reply: CountedRow | undefined): TokenCount {
  if (!reply) throw new AppError("python_failed", { detail: "it left a row out", log: "" });
  return "error" in reply
    ? { error: reply.error }
    : { tokens: reply.tokens, supervised: reply.supervised };
}
