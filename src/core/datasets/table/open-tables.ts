import type { LedgerSummary } from "#contract/dataset.ts";
import { AppError } from "#contract/errors.ts";
import type { Project } from "#contract/project.ts";
import { readProject } from "../../projects/projects.ts";
import type { Workspace } from "../../workspace.ts";
import type { DataStep, Following, OnDataProgress } from "../progress.ts";
import type { Counting, ModelPlacement } from "./row-counting.ts";
import type { RowStore } from "./row-store.ts";
import { openTable, tableKey } from "./table-file.ts";
import { within } from "./within.ts";

/** How far reading all files is. */
export interface Reading {
  step: DataStep;
  done: number;
  total: number;
}

/** A project's rows in one state of its data, as long as somebody asks for them. */
export interface Table {
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
  /** Ends all work with it; the next one to ask opens it anew. */
  close: () => void;
}

/** A table whose rows are read. */
export interface OpenRows {
  project: Project;
  table: Table;
  store: RowStore;
}

/** The tables that were asked for last. */
export interface OpenTables {
  /**
   * Works with the project's table, and with its rows where they are read within `wait` milliseconds;
   * once more where the data changed meanwhile. Errors: not_found, data_file_missing,
   * data_check_stopped, disk_full; those of the work.
   */
  use: <T>(
    slug: string,
    wait: number,
    work: (project: Project, table: Table, store: RowStore | undefined) => Promise<T>,
  ) => Promise<T>;
  /** Reads a project's rows to the end, or stops reading them. */
  read: (slug: string, following: Following) => Promise<LedgerSummary>;
  close: () => Promise<void>;
}

const mostTables = 4;

/** Opens tables when they are asked for, and closes those that were asked for longest ago. */
export function keepTablesOpen(ws: Workspace): OpenTables {
  const tables = new Map<string, Table>();
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
      close: () => closeTable(table),
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

  async function read(slug: string, { signal, onProgress }: Following): Promise<LedgerSummary> {
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

  async function use<T>(
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

  return {
    use,
    read,
    async close() {
      shut = true;
      for (const table of tables.values()) closeTable(table);
      await Promise.all(ending);
    },
  };
}

/** Whoever is at work with the store ends first. */
async function closeStore({ store, opening, counting, placing }: Table): Promise<void> {
  await Promise.allSettled([opening, counting?.ended, placing]);
  store?.close();
}
