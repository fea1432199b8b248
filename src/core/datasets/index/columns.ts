import { AppError, isErrorCode } from "#contract/errors.ts";
import type { ErrorBody } from "#contract/errors.ts";
import { release } from "../release.ts";

/** What is known of rows, one entry per row and column, in their order. */
export interface Columns {
  rows: number;
  /** Where a row stands, as the ledger counts. */
  lines: Uint32Array<ArrayBuffer>;
  /** Rows from which reading can begin, and where their bytes do; empty where a file cannot be cut. */
  anchorRows: Uint32Array<ArrayBuffer>;
  anchors: Float64Array<ArrayBuffer>;
  /** 0 for a usable row, else the place of its reason's code in `codes`, from 1. */
  reasons: Uint8Array<ArrayBuffer>;
  /** 0, or the set that the row names itself: 1 = train, 2 = check. */
  sides: Uint8Array<ArrayBuffer>;
  /** The two halves of a 64-bit key of the row's content. */
  lows: Uint32Array<ArrayBuffer>;
  highs: Uint32Array<ArrayBuffer>;
  codes: string[];
  /** Why the first rows are left out, with all that is to say. */
  first: ErrorBody[];
}

const mostFirst = 20;

/** Reading from an anchor to a row behind it goes over no more than this and one row. */
const anchorBytes = 1 << 16;

export interface ColumnsWriter {
  /** `offset` is where the row's bytes begin in its file, -1 where that is not known. */
  usable: (row: {
    line: number;
    offset: number;
    side: "train" | "check" | undefined;
    /** The hash of the content, in hexadecimal digits. */
    hash: string;
  }) => void;
  faulty: (row: { line: number; offset: number; reason: ErrorBody }) => void;
  readonly rows: number;
  /** What was written, in arrays that may be handed over; the writer is used up. */
  finish: () => Columns;
}

/** Columns that grow as rows come. */
export function startColumns(capacity = 1024): ColumnsWriter {
  const codes: string[] = [];
  const first: ErrorBody[] = [];
  let rows = 0;
  let lines = new Uint32Array(capacity);
  const anchorRows: number[] = [];
  const anchors: number[] = [];
  let reasons = new Uint8Array(capacity);
  let sides = new Uint8Array(capacity);
  let lows = new Uint32Array(capacity);
  let highs = new Uint32Array(capacity);
  const place = (line: number, offset: number): number => {
    if (rows === lines.length) {
      lines = grown(lines);
      reasons = grown(reasons);
      sides = grown(sides);
      lows = grown(lows);
      highs = grown(highs);
    }
    lines[rows] = line;
    if (offset >= (anchors.at(-1) ?? -anchorBytes) + anchorBytes) {
      anchorRows.push(rows);
      anchors.push(offset);
    }
    return rows++;
  };
  return {
    get rows() {
      return rows;
    },
    usable({ line, offset, side, hash }) {
      const row = place(line, offset);
      sides[row] = side === undefined ? 0 : side === "train" ? 1 : 2;
      lows[row] = Number.parseInt(hash.slice(0, 8), 16);
      highs[row] = Number.parseInt(hash.slice(8, 16), 16);
    },
    faulty({ line, offset, reason }) {
      const row = place(line, offset);
      let code = codes.indexOf(reason.code);
      if (code < 0) code = codes.push(reason.code) - 1;
      reasons[row] = code + 1;
      if (first.length < mostFirst) first.push(reason);
    },
    finish: () => ({
      rows,
      lines: lines.slice(0, rows),
      anchorRows: Uint32Array.from(anchorRows),
      anchors: Float64Array.from(anchors),
      reasons: reasons.slice(0, rows),
      sides: sides.slice(0, rows),
      lows: lows.slice(0, rows),
      highs: highs.slice(0, rows),
      codes,
      first,
    }),
  };
}

type Numbers = Uint32Array<ArrayBuffer> | Float64Array<ArrayBuffer> | Uint8Array<ArrayBuffer>;

function grown<T extends Numbers>(before: T): T {
  const after = new (before.constructor as new (length: number) => T)(
    Math.max(64, before.length * 2),
  );
  after.set(before);
  return after;
}

/**
 * Columns of parts that follow on one another, each with what its lines begin at. The parts are used
 * up column by column, so that rows are never held twice.
 */
export function joinColumns(parts: { columns: Columns; lines: number }[]): Columns {
  const all = startColumns(0).finish();
  if (parts.length === 0) return all;
  for (const { columns, lines } of parts) {
    const codes = columns.codes.map((code) => {
      const known = all.codes.indexOf(code);
      return known < 0 ? all.codes.push(code) : known + 1;
    });
    for (let row = 0; row < columns.rows; row += 1) {
      columns.lines[row] = (columns.lines[row] ?? 0) + lines;
      const reason = columns.reasons[row] ?? 0;
      if (reason !== 0) columns.reasons[row] = codes[reason - 1] ?? 0;
    }
    for (let at = 0; at < columns.anchorRows.length; at += 1) {
      columns.anchorRows[at] = (columns.anchorRows[at] ?? 0) + all.rows;
    }
    const first = columns.first.slice(0, mostFirst - all.first.length);
    all.first.push(...first.map((reason) => movedBy(lines, reason)));
    all.rows += columns.rows;
  }
  const one = <Name extends ArrayName>(name: Name): Columns[Name] =>
    concatenate(parts.map(({ columns }) => columns[name]));
  for (const name of arrayNames) {
    Object.assign(all, { [name]: one(name) });
    release(...parts.map(({ columns }) => columns[name]));
  }
  return all;
}

/** A reason that counted lines from the beginning of its part. */
function movedBy(lines: number, { code, params, message }: ErrorBody): ErrorBody {
  const { line } = params;
  if (lines === 0 || typeof line !== "number" || !isErrorCode(code))
    return { code, params, message };
  return new AppError(code, { ...params, line: line + lines }).toBody();
}

/** The arrays among the columns. */
export const arrayNames = [
  "lines",
  "anchorRows",
  "anchors",
  "reasons",
  "sides",
  "lows",
  "highs",
] as const satisfies (keyof Columns)[];
type ArrayName = (typeof arrayNames)[number];

function concatenate<T extends Numbers>(parts: readonly T[]): T {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const make = (parts[0]?.constructor ?? Uint32Array) as new (length: number) => T;
  const all = new make(length);
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** The memory behind columns, for handing them to another thread without a copy. */
export const buffersOf = (columns: Columns): ArrayBuffer[] =>
  Object.values(columns).flatMap((value: unknown) =>
    ArrayBuffer.isView(value) ? [value.buffer as ArrayBuffer] : [],
  );
