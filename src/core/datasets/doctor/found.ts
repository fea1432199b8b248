import type { Severity } from "#contract/finding-report.ts";
import type { FindingCode, FixCode } from "#contract/findings.ts";
import type { ErrorParams } from "#contract/errors.ts";

/** A finding before its rows have places and texts. Rows are numbers of the pass. */
export interface Found {
  code: FindingCode;
  severity: Severity;
  params: ErrorParams;
  fixes: FixCode[];
  /** All rows that it is about, ascending. */
  rows: Uint32Array;
  /** Flags by row: the first of each group, which is kept where only the first shall stay. */
  firsts?: Uint8Array;
  /** Those that are shown; a group's first row, too. */
  shown: ShownRow[];
}

export interface ShownRow {
  row: number;
  group: number | null;
  found: string | null;
}

const noRows = new Uint32Array();

/** A finding about the settings or the whole, and no row of it. */
export const foundOverall = (
  code: FindingCode,
  severity: Severity,
  params: ErrorParams,
): Found => ({ code, severity, params, fixes: [], rows: noRows, shown: [] });
