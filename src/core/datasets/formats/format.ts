import type { Fault } from "../fault.ts";
import { readJsonl } from "./jsonl.ts";

/** A row as its format gives it, before its meaning is looked at. `line` counts from 1. */
export type RawRow = { line: number; value: unknown } | { line: number; fault: Fault };

/** Reads a file's rows, some at a time, in flat memory. Every input row is given exactly once. */
export type Format = (path: string) => AsyncGenerator<RawRow[]>;

/** The reader for a file. JSONL is the one that is understood; others stand beside it as files. */
export function formatOf(_fileName: string): Format {
  return readJsonl;
}
