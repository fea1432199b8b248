import type { ErrorBody } from "#contract/errors.ts";

/** What is known of rows, one entry per row and column, in their order. */
export interface Columns {
  rows: number;
  /** Where a row stands, as the ledger counts. */
  lines: Uint32Array<ArrayBuffer>;
  /** Where a row's bytes begin in the file, and how many they are; only where a file can be cut. */
  offsets: Float64Array<ArrayBuffer>;
  lengths: Uint32Array<ArrayBuffer>;
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

export const mostFirst = 20;

export interface ColumnsWriter {
  usable: (row: {
    line: number;
    offset: number;
    length: number;
    side: "train" | "check" | undefined;
    /** The hash of the content. */
    hash: Uint8Array;
  }) => void;
  faulty: (row: { line: number; offset: number; length: number; reason: ErrorBody }) => void;
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
  let offsets = new Float64Array(capacity);
  let lengths = new Uint32Array(capacity);
  let reasons = new Uint8Array(capacity);
  let sides = new Uint8Array(capacity);
  let lows = new Uint32Array(capacity);
  let highs = new Uint32Array(capacity);
  const place = (line: number, offset: number, length: number): number => {
    if (rows === lines.length) {
      lines = grown(lines);
      offsets = grown(offsets);
      lengths = grown(lengths);
      reasons = grown(reasons);
      sides = grown(sides);
      lows = grown(lows);
      highs = grown(highs);
    }
    lines[rows] = line;
    offsets[rows] = offset;
    lengths[rows] = length;
    return rows++;
  };
  return {
    get rows() {
      return rows;
    },
    usable({ line, offset, length, side, hash }) {
      const row = place(line, offset, length);
      sides[row] = side === undefined ? 0 : side === "train" ? 1 : 2;
      const view = new DataView(hash.buffer, hash.byteOffset);
      lows[row] = view.getUint32(0);
      highs[row] = view.getUint32(4);
    },
    faulty({ line, offset, length, reason }) {
      const row = place(line, offset, length);
      let code = codes.indexOf(reason.code);
      if (code < 0) code = codes.push(reason.code) - 1;
      reasons[row] = code + 1;
      if (first.length < mostFirst) first.push(reason);
    },
    finish: () => ({
      rows,
      lines: lines.slice(0, rows),
      offsets: offsets.slice(0, rows),
      lengths: lengths.slice(0, rows),
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
  const after = new (before.constructor as new (length: number) => T)(before.length * 2);
  after.set(before);
  return after;
}

/** Columns of parts that follow on one another, each with what its lines begin at. */
export function joinColumns(parts: readonly { columns: Columns; lines: number }[]): Columns {
  const rows = parts.reduce((sum, { columns }) => sum + columns.rows, 0);
  const all: Columns = {
    rows,
    lines: new Uint32Array(rows),
    offsets: new Float64Array(rows),
    lengths: new Uint32Array(rows),
    reasons: new Uint8Array(rows),
    sides: new Uint8Array(rows),
    lows: new Uint32Array(rows),
    highs: new Uint32Array(rows),
    codes: [],
    first: [],
  };
  let at = 0;
  for (const { columns, lines } of parts) {
    for (const name of ["offsets", "lengths", "sides", "lows", "highs"] as const) {
      all[name].set(columns[name], at);
    }
    const codes = columns.codes.map((code) => {
      const known = all.codes.indexOf(code);
      return known < 0 ? all.codes.push(code) : known + 1;
    });
    for (let row = 0; row < columns.rows; row += 1) {
      all.lines[at + row] = (columns.lines[row] ?? 0) + lines;
      const reason = columns.reasons[row] ?? 0;
      all.reasons[at + row] = reason === 0 ? 0 : (codes[reason - 1] ?? 0);
    }
    all.first.push(...columns.first.slice(0, mostFirst - all.first.length));
    at += columns.rows;
  }
  return all;
}

/** The memory behind columns, for handing them to another thread without a copy. */
export const buffersOf = (columns: Columns): ArrayBuffer[] =>
  Object.values(columns).flatMap((value: unknown) =>
    ArrayBuffer.isView(value) ? [value.buffer as ArrayBuffer] : [],
  );
