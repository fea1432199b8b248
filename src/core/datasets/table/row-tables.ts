import type { LedgerSummary } from "#contract/dataset.ts";
import type { ShownRow } from "../../trainer/tokenizer-process.ts";
import type { Workspace } from "../../workspace.ts";
import { startSummary } from "../ledger.ts";
import type { Following } from "../progress.ts";
import { modelCounts, noCounts } from "./model-counts.ts";
import type { ModelCounts } from "./model-counts.ts";
import { keepTablesOpen } from "./open-tables.ts";
import type { Reading, Table } from "./open-tables.ts";
import { previewRows } from "./preview-rows.ts";
import type { PreviewPlace } from "./preview-rows.ts";
import type { RowStore, StoredPlacement, StoredRow } from "./row-store.ts";
import { viewRows } from "./row-view.ts";
import type { RowFilter } from "./row-view.ts";
import type { TokenCounter } from "./token-counter.ts";
import { keepTokenizersWarm } from "./warm-tokenizers.ts";
import { patience } from "./within.ts";

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

export interface TableSummary {
  reading: Reading | null;
  /** Includes what the model cannot take once `counts.state` is "done". */
  ledger: LedgerSummary;
  checkSource: StoredPlacement["checkSource"];
  counts: ModelCounts;
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
  preview: (slug: string, at: PreviewPlace) => Promise<ShownRow[]>;
  close: () => Promise<void>;
}

const mostViews = 20;

/** The tables of a workspace's projects; `close` ends their threads and tokenizers. */
export function createRowTables(ws: Workspace): RowTables {
  const tables = keepTablesOpen(ws);
  const tokenizers = keepTokenizersWarm(ws);
  return {
    read: (slug, following = {}) => tables.read(slug, following),
    page: (slug, filter, { offset, limit }) =>
      tables.use(slug, patience, async (_, table, store) => {
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
      tables.use(slug, patience, async (project, table, store) => {
        if (!store) return whileReading(table.reading);
        const counts = await modelCounts(ws, tokenizers, { project, table, store });
        const { ledger, checkSource } = store.placement();
        return { reading: null, ledger, checkSource, counts };
      }),
    preview: (slug, at) =>
      tables.use(slug, Infinity, async (project, table, store) =>
        store ? previewRows(ws, tokenizers, { project, table, store }, at) : [],
      ),
    async close() {
      const closed = tables.close();
      await tokenizers.close();
      await closed;
    },
  };
}

/** The numbers of the rows that a filter shows, kept for whoever scrolls. */
function viewOf(table: Table, store: RowStore, filter: RowFilter) {
  const name = JSON.stringify([filter.use, filter.reason, filter.search]);
  const view = table.views.get(name) ?? viewRows(store, filter);
  table.views.delete(name);
  table.views.set(name, view);
  for (const old of [...table.views.keys()].slice(0, -mostViews)) table.views.delete(old);
  return view;
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
    counts: { ...noCounts, state: "counting" },
  };
}
