import type { Columns, Container } from "#contract/data-format.ts";
import type { Fault, SheetPlace } from "../fault.ts";
import type { ReadOptions, Unpacking } from "./bytes.ts";

/**
 * A row as its format gives it, before its meaning is looked at. `line` counts from 1 and tells rows
 * apart; `place` is what people are told, where that is something else.
 */
export type RawRow = { line: number; place?: SheetPlace } & ({ value: unknown } | { fault: Fault });

/** Where the rows stand in a JSON text. */
export type JsonRoot = { kind: "list" } | { kind: "objects" } | { kind: "key"; key: string };

/** All that reading a file's rows needs, found by detection or said by a person. */
export interface ReadPlan extends Unpacking {
  container: Container;
  jsonRoot: JsonRoot;
  delimiter: string;
  /** Whether the first row of a table names the columns. */
  header: boolean;
  /** Records above that row, in a table in text; sheets tell each for itself. */
  titles: number;
  /** The parts of the columns where names do not tell them. */
  columns: Columns | null;
}

/** Reads a file's rows, some at a time, in flat memory. Every input row is given exactly once. */
export type Format = (
  path: string,
  plan: ReadPlan,
  options?: ReadOptions,
) => AsyncGenerator<RawRow[]>;

/** Far more than any model's context holds; a row that is longer is no example but another file. */
export const longestRow = 2 ** 20;
