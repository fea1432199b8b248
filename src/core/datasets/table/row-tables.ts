import { setTimeout as sleep } from "node:timers/promises";
import type { LedgerSummary } from "#contract/dataset.ts";
import { AppError, toErrorBody } from "#contract/errors.ts";
import type { ErrorBody } from "#contract/errors.ts";
import type { Project } from "#contract/project.ts";
import { readProject } from "../../projects/projects.ts";
import { rowError } from "../../runs/row-errors.ts";
import type { RowToRead, ShownRow } from "../../trainer/tokenizer-process.ts";
import type { Workspace } from "../../workspace.ts";
import { startSummary } from "../ledger.ts";
import { applyCut, findCuts } from "../cut.ts";
import type { Cut } from "../cut.ts";
import { rowId } from "../row-id.ts";
import { placeForModel, readingOf, startCounting } from "./row-counting.ts";
import type { Counting, ModelPlacement, ModelReading } from "./row-counting.ts";
import type { RowStore, StoredPlacement, StoredRow } from "./row-store.ts";
import { viewRows } from "./row-view.ts";
import type { RowFilter } from "./row-view.ts";
import type { DataStep, Following, OnDataProgress } from "../progress.ts";
import { openTable, tableKey, tokenFile } from "./table-file.ts";
import type { TokenCounter } from "./token-counter.ts";
import { keepTokenizersWarm } from "./warm-tokenizers.ts";

export type { ShownRow } from "../../trainer/tokenizer-process.ts";
export type { RowFilter } from "./row-view.ts";

/** A row of the table; its tokens are null as long as they are not counted or cannot be. */
export interface TableRow extends StoredRow {
  tokens: number | null;
  supervised: number | null;
}

export interface TablePage {
  /** Rows that the filter shows. */
  total: number;
  rows: TableRow[];
  /** How far it is, while the files are being read; null once they are. */
  reading: Reading | null;
}

/** How far reading all files is. */
export interface Reading {
  step: DataStep;
  done: number;
  total: number;
}

export interface TableSummary {
  reading: Reading | null;
  /** Includes what the model cannot take once `counts.state` is "done". */
  ledger: LedgerSummary;
  checkSource: StoredPlacement["checkSource"];
  counts: {
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
  };
}

/** The rows of all projects as tables: any place of 100,000 rows at once, filtered, with tokens. */
export interface RowTables {
  /**
   * Waits until the rows are read, anew where that was stopped; the signal stops it for everyone, and
   * then whoever asks for rows hears data_check_stopped. Errors: as `page`; the signal's reason.
   */
  read: (slug: string, following?: Following) => Promise<LedgerSummary>;
  /** Errors: not_found, data_file_missing, data_check_stopped, disk_full. */
  page: (
    slug: string,
    filter: RowFilter,
    at: { offset: number; limit: number },
  ) => Promise<TablePage>;
  summary: (slug: string) => Promise<TableSummary>;
  /**
   * Rows token by token as training feeds them, however long they are; rows that are no
   * conversation are left out. Errors: also model_*, engine_missing, python_failed.
   */
  preview: (
    slug: string,
    at: { file?: string; offset?: number; limit?: number },
  ) => Promise<ShownRow[]>;
  close: () => Promise<void>;
}

interface Table {
  key: string;
  slug: string;
  reading: Reading;
  /** Who wants to hear how far reading is. */
  listeners: Set<OnDataProgress>;
  closed: boolean;
  /** The files are others now, or nobody wants to know any more. */
  stale: boolean;
  opening: Promise<RowStore>;
  stop: AbortController;
  store?: RowStore;
  views: Map<string, Promise<Uint32Array | undefined>>;
  counting?: Counting;
  /** The reading under which the rows were placed last, and what came of it. */
  placed?: ModelPlacement & { key: string };
  placing?: Promise<void>;
  failedAt: number;
}

const noCuts = { cuts: new Map<string, Cut>() };
const mostTables = 4;
const mostViews = 20;
const patience = 1500;
const atOnce = 300;
const retryMs = 10_000;

export function createRowTables(ws: Workspace): RowTables {
  const tables = new Map<string, Table>();
  const tokenizers = keepTokenizersWarm(ws);
  const ending = new Set<Promise<void>>();
  /** Keys of the data whose reading was stopped, by project. */
  const stopped = new Map<string, string>();
  let shut = false;

  async function tableOf(project: Project): Promise<Table> {
    const key = await tableKey(ws, project);
    if (stopped.get(project.slug) === key) throw new AppError("data_check_stopped");
    const known = tables.get(project.slug);
    if (known?.key === key) return known;
    if (known) closeTable(known);
    for (const old of [...tables.values()].slice(0, tables.size + 1 - mostTables)) closeTable(old);
    const onProgress: OnDataProgress = (done, total, step) => {
      table.reading = { step, done, total };
      for (const tell of table.listeners) tell(done, total, step);
    };
    const stop = new AbortController();
    const opening = openTable(ws, project, key, { onProgress, signal: stop.signal });
    const table: Table = {
      key,
      slug: project.slug,
      reading: { step: "read", done: 0, total: 0 },
      listeners: new Set(),
      stop,
      closed: false,
      stale: false,
      views: new Map(),
      failedAt: 0,
      opening,
    };
    tables.set(project.slug, table);
    void finishOpening(table);
    return table;
  }

  async function finishOpening(table: Table): Promise<void> {
    try {
      table.store = await table.opening;
      if (table.closed) table.store.close();
    } catch {
      // Those who wait for it hear why; the next one tries again.
      closeTable(table, false);
    }
  }

  function closeTable(table: Table, stale = true): void {
    if (table.closed) return;
    table.closed = true;
    table.stale = stale;
    if (tables.get(table.slug) === table) tables.delete(table.slug);
    table.counting?.stop();
    table.stop.abort();
    const end = closeStore(table).finally(() => ending.delete(end));
    ending.add(end);
  }

  /** Whoever is at work with the store ends first. */
  async function closeStore({ store, opening, counting, placing }: Table): Promise<void> {
    await Promise.allSettled([opening, counting?.ended, placing]);
    store?.close();
  }

  /** Works with the project's table, and its rows where they are read within `wait`. */
  async function withTable<T>(
    slug: string,
    wait: number,
    work: (project: Project, table: Table, store: RowStore | undefined) => Promise<T>,
  ): Promise<T> {
    for (;;) {
      const project = await readProject(ws, slug);
      const table = await tableOf(project);
      try {
        return await work(project, table, await within(table.opening, wait));
      } catch (error) {
        // The data changed meanwhile, and these rows are no more.
        if (!table.stale || shut) throw error;
      }
    }
  }

  /** Counting under the project's present model and settings, started where it is not. */
  async function countingOf(
    project: Project,
    table: Table,
    store: RowStore,
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
    project: Project,
    table: Table,
    store: RowStore,
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
          closeTable(table);
        } finally {
          delete table.placing;
        }
      };
      table.placing = place();
    }
    await within(table.placing ?? Promise.resolve(), patience);
    return table.placed?.key === key ? table.placed : undefined;
  }

  async function countsOf(
    project: Project,
    table: Table,
    store: RowStore,
  ): Promise<TableSummary["counts"]> {
    const nothing = { counted: 0, error: null, limit: null, longest: 0, tokens: 0, supervised: 0 };
    try {
      const reading = await countingOf(project, table, store);
      const { counting } = table;
      counting?.counter.asked();
      // A short file is counted at once; nobody should have to ask twice for it.
      await within(counting?.ended ?? Promise.resolve(), atOnce);
      const failure = counting?.failure();
      if (failure) return { ...nothing, state: "unavailable", error: failure };
      const placed = await settle(project, table, store, reading);
      const counted = counting?.counter.counted() ?? 0;
      if (!placed) return { ...nothing, state: "counting", counted, limit: reading.limit([]) };
      const { limit, longest, tokens, supervised } = placed;
      return { state: "done", counted, error: null, limit, longest, tokens, supervised };
    } catch (error) {
      return { ...nothing, state: "unavailable", error: toErrorBody(error) };
    }
  }

  function viewOf(table: Table, store: RowStore, filter: RowFilter) {
    const name = JSON.stringify([filter.use, filter.reason, filter.search]);
    const view = table.views.get(name) ?? viewRows(store, filter);
    table.views.delete(name);
    table.views.set(name, view);
    for (const old of [...table.views.keys()].slice(0, -mostViews)) table.views.delete(old);
    return view;
  }

  /** Reads a project's rows to the end, or stops reading them. */
  async function readAll(slug: string, { signal, onProgress }: Following): Promise<LedgerSummary> {
    signal?.throwIfAborted();
    stopped.delete(slug);
    const table = await tableOf(await readProject(ws, slug));
    const stop = (): void => {
      if (table.store) return;
      stopped.set(slug, table.key);
      closeTable(table);
    };
    signal?.addEventListener("abort", stop, { once: true });
    if (onProgress) table.listeners.add(onProgress);
    try {
      return (await table.opening).placement().ledger;
    } finally {
      signal?.removeEventListener("abort", stop);
      if (onProgress) table.listeners.delete(onProgress);
    }
  }

  return {
    read: (slug, following = {}) => readAll(slug, following),
    page: (slug, filter, { offset, limit }) =>
      withTable(slug, patience, async (_, table, store) => {
        if (!store) return { total: 0, rows: [], reading: table.reading };
        const numbers = await viewOf(table, store, filter);
        const rows = numbers
          ? store.pick(numbers.subarray(offset, offset + limit))
          : store.slice(offset + 1, limit);
        const counter = table.counting?.counter;
        counter?.asked();
        counter?.hurry(rows.map(({ number }) => number));
        return {
          total: numbers?.length ?? store.size,
          rows: rows.map((row) => ({ ...row, ...lengthOf(row.number, counter) })),
          reading: null,
        };
      }),
    summary: (slug) =>
      withTable(slug, patience, async (project, table, store) => {
        if (!store) return whileReading(table.reading);
        const counts = await countsOf(project, table, store);
        const { ledger, checkSource } = store.placement();
        return { reading: null, ledger, checkSource, counts };
      }),
    preview: (slug, at) =>
      withTable(slug, Infinity, async (project, table, store) => {
        const rows = store ? conversations(project, store, at) : [];
        if (!store || rows.length === 0) return [];
        const reading = await readingOf(ws, project, store.placement().thinks);
        const { key, settings, shortens } = reading;
        try {
          const tokenizer = await tokenizers.take(key, settings);
          const { max_length: set } = project.trainingConfig;
          // Before all is counted an automatic limit is not known, and rows are shown whole.
          const limit = table.placed?.limit ?? (set ? reading.limit([]) : undefined);
          const { cuts } =
            shortens && limit !== undefined ? await findCuts(tokenizer, rows, limit) : noCuts;
          const left = rows.map((row) => {
            const cut = cuts.get(row.id);
            return cut ? applyCut(row, cut) : row;
          });
          const shown = await tokenizer.show(left);
          return shown.map((row) =>
            "error" in row ? { id: row.id, error: rowError(row.id, row.error) } : row,
          );
        } catch (error) {
          tokenizers.drop(key);
          throw error;
        }
      }),
    async close() {
      shut = true;
      for (const table of tables.values()) closeTable(table);
      await tokenizers.close();
      await Promise.all(ending);
    },
  };
}

/** The rows of a page that are conversations, with their ids. */
function conversations(
  project: Project,
  store: RowStore,
  { file, offset = 0, limit = 10 }: { file?: string; offset?: number; limit?: number },
): RowToRead[] {
  if (file !== undefined && !project.data.some(({ name }) => name === file)) {
    throw new AppError("not_found", { what: "data file", name: file });
  }
  const found =
    file === undefined
      ? store.slice(offset + 1, limit)
      : store.pick(store.numbersOf(file).subarray(offset, offset + limit));
  return found.flatMap(({ file: name, line, content }) =>
    content ? [{ id: rowId(name, line), ...content }] : [],
  );
}

/** What a promise gives, or undefined where it takes longer. */
async function within<T>(promise: Promise<T>, milliseconds: number): Promise<T | undefined> {
  if (milliseconds === Infinity) return promise;
  const timer = new AbortController();
  const late = sleep(milliseconds, undefined, { signal: timer.signal }).catch(() => undefined);
  try {
    return await Promise.race([promise, late]);
  } finally {
    timer.abort();
  }
}

function lengthOf(
  number: number,
  counter: TokenCounter | undefined,
): Pick<TableRow, "tokens" | "supervised"> {
  const count = counter?.of(number);
  if (!count || "error" in count) return { tokens: null, supervised: null };
  return { tokens: count.tokens, supervised: count.supervised };
}

function whileReading(reading: Reading): TableSummary {
  return {
    reading,
    ledger: startSummary().summary,
    checkSource: "none",
    counts: {
      state: "counting",
      counted: 0,
      error: null,
      limit: null,
      longest: 0,
      tokens: 0,
      supervised: 0,
    },
  };
}
