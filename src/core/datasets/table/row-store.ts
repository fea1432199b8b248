import { DatabaseSync } from "node:sqlite";
import { z } from "zod";
import { ledgerSummarySchema } from "#contract/dataset.ts";
import type { Conversation, LedgerEntry, Message } from "#contract/dataset.ts";
import type { ErrorBody } from "#contract/errors.ts";
import { growingColumn } from "../doctor/columns.ts";
import type { DataWorks } from "../data-works.ts";
import { placeRows } from "../place-rows.ts";
import type { DataSource } from "../data-source.ts";
import type { PlacementOptions } from "../placement.ts";
import type { Following } from "../progress.ts";

/** An input row with its place; `content` is null where it cannot be read. */
export interface StoredRow {
  /** Its place among all rows, from 1. */
  number: number;
  file: string;
  line: number;
  use: LedgerEntry["outcome"];
  reason: ErrorBody | null;
  hash: string | null;
  content: Conversation | null;
}

const placementSchema = z.object({
  /** What was known of the model when the rows were placed; "" = nothing. */
  placedFor: z.string(),
  ledger: ledgerSummarySchema,
  checkSource: z.enum(["file", "split", "none"]),
  /** Whether an answer of the training rows thinks. */
  thinks: z.boolean(),
});
export type StoredPlacement = z.infer<typeof placementSchema>;

/** All rows of a project in a file that gives any of them at once, whatever format they came in. */
export interface RowStore {
  readonly size: number;
  placement: () => StoredPlacement;
  /** `count` rows from the one with the number `first` on. */
  slice: (first: number, count: number) => StoredRow[];
  pick: (numbers: Iterable<number>) => StoredRow[];
  /** Numbers of the rows with this use and this reason; absent = any. */
  numbers: (use?: string, reason?: string) => Uint32Array;
  /** Numbers of the rows of a file. */
  numbersOf: (file: string) => Uint32Array;
  /** Places the rows again, now that it is known which of them the model cannot take. */
  place: (
    sources: readonly DataSource[],
    options: PlacementOptions,
    placedFor: string,
  ) => Promise<void>;
  close: () => void;
}

const schema =
  "CREATE TABLE rows (number INTEGER PRIMARY KEY, file TEXT, line INT, use TEXT, code TEXT," +
  " reason TEXT, hash TEXT, content TEXT);" +
  "CREATE TABLE placement (value TEXT)";

/** As the trainer tells it (template.py): a filled block of thoughts in an answer. */
const thought = /<think>\s*[^\s<]/;

/** Reads all files into a new store at `path`. Memory stays flat, but for the numbers of placing. */
export async function buildRowStore(
  { path, sources, seed }: DataWorks["store"]["work"],
  following: Following,
): Promise<void> {
  const database = new DatabaseSync(path);
  try {
    // A store that is not whole is never opened, so nothing must survive a crash.
    database.exec("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF");
    database.exec(schema);
    database.exec("BEGIN");
    const insert = database.prepare("INSERT INTO rows VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
    let number = 0;
    let thinks = false;
    const placement = await placeRows(
      sources,
      { ...following, seed, reportsUnreadable: true },
      {
        row: (side, row) => {
          thinks ||= side === "train" && isThought(row.messages);
        },
        entry: ({ file, line, outcome, reason }, row) => {
          number += 1;
          const content = "messages" in row ? JSON.stringify(conversationOf(row)) : null;
          const hash = "hash" in row ? row.hash : null;
          const why = reason ? JSON.stringify(reason) : null;
          insert.run(number, file, line, outcome, reason?.code ?? null, why, hash, content);
        },
      },
    );
    const { ledger, checkSource } = placement;
    writePlacement(database, { placedFor: "", ledger, checkSource, thinks });
    database.exec("COMMIT");
  } finally {
    database.close();
  }
}

/** How many rows a whole store holds, read without opening it for more. */
export function countRows(path: string): number {
  const database = new DatabaseSync(path, { readOnly: true });
  try {
    return readPlacement(database).ledger.rows;
  } finally {
    database.close();
  }
}

/** Opens a whole store; throws for a file that is none. */
export function openRowStore(path: string): RowStore {
  const database = new DatabaseSync(path);
  database.exec("PRAGMA synchronous = OFF");
  const size = Number(database.prepare("SELECT COUNT(*) AS size FROM rows").get()?.["size"]);
  const one = database.prepare("SELECT * FROM rows WHERE number = ?");
  const range = database.prepare("SELECT * FROM rows WHERE number >= ? ORDER BY number LIMIT ?");
  let placement = readPlacement(database);
  const list = (sql: string, ...values: (string | undefined)[]): Uint32Array => {
    const numbers = growingColumn((length) => new Uint32Array(length));
    for (const row of database.prepare(sql).iterate(...values.map((value) => value ?? null)))
      numbers.push(Number(row["number"]));
    return numbers.values();
  };
  return {
    size,
    placement: () => placement,
    slice: (first, count) => range.all(first, count).map(toRow),
    pick: (numbers) => [...numbers].flatMap((number) => one.all(number).map(toRow)),
    numbers: (use, reason) => {
      const wanted = "(?1 IS NULL OR use = ?1) AND (?2 IS NULL OR code = ?2)";
      return list(`SELECT number FROM rows WHERE ${wanted} ORDER BY number`, use, reason);
    },
    numbersOf: (file) => list("SELECT number FROM rows WHERE file = ? ORDER BY number", file),
    async place(sources, options, placedFor) {
      const changed = await placeAgain(one, sources, options);
      placement = { ...changed.placement, placedFor };
      database.exec("BEGIN");
      const update = database.prepare(
        "UPDATE rows SET use = ?, code = ?, reason = ? WHERE number = ?",
      );
      for (const { number, use, reason } of changed.rows) {
        update.run(use, reason?.code ?? null, reason ? JSON.stringify(reason) : null, number);
      }
      database.exec("DELETE FROM placement");
      writePlacement(database, placement);
      database.exec("COMMIT");
    },
    close: () => database.close(),
  };
}

/** The rows whose place is another now. */
async function placeAgain(
  one: ReturnType<DatabaseSync["prepare"]>,
  sources: readonly DataSource[],
  options: PlacementOptions,
): Promise<{
  rows: Pick<StoredRow, "number" | "use" | "reason">[];
  placement: Omit<StoredPlacement, "placedFor">;
}> {
  const rows: Pick<StoredRow, "number" | "use" | "reason">[] = [];
  let number = 0;
  let thinks = false;
  const again = { ...options, reportsUnreadable: true };
  const { ledger, checkSource } = await placeRows(sources, again, {
    row: (side, row) => {
      thinks ||= side === "train" && isThought(row.messages);
    },
    entry: ({ outcome: use, reason = null }) => {
      const stored = one.get(++number);
      const why = reason ? JSON.stringify(reason) : null;
      if (stored?.["use"] !== use || (stored["reason"] ?? null) !== why) {
        rows.push({ number, use, reason });
      }
    },
  });
  return { rows, placement: { ledger, checkSource, thinks } };
}

function conversationOf({ messages, tools, text }: Conversation): Conversation {
  return { messages, ...(tools ? { tools } : {}), ...(text === undefined ? {} : { text }) };
}

function isThought(messages: readonly Message[]): boolean {
  return messages.some(({ role, content }) => role === "assistant" && thought.test(content));
}

function readPlacement(database: DatabaseSync): StoredPlacement {
  const value = database.prepare("SELECT value FROM placement").get()?.["value"];
  return placementSchema.parse(JSON.parse(String(value)));
}

function writePlacement(database: DatabaseSync, placement: StoredPlacement): void {
  database.prepare("INSERT INTO placement VALUES (?)").run(JSON.stringify(placement));
}

/** As SQLite gives it; the columns are this file's own. */
interface DatabaseRow {
  number: number;
  file: string;
  line: number;
  use: StoredRow["use"];
  reason: string | null;
  hash: string | null;
  content: string | null;
}

function toRow(raw: Record<string, unknown>): StoredRow {
  const { number, file, line, use, reason, hash, content } = raw as unknown as DatabaseRow;
  return {
    number,
    file,
    line,
    use,
    hash,
    reason: reason === null ? null : (JSON.parse(reason) as ErrorBody),
    content: content === null ? null : (JSON.parse(content) as Conversation),
  };
}
