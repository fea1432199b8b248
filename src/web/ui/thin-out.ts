/** Columns that belong together: `columns[c][i]` belongs to `x[i]`, which rises. */
export interface Points {
  x: readonly number[];
  columns: readonly (readonly (number | null)[])[];
}

interface View {
  from: number;
  to: number;
  pixels: number;
}

/** What a plot keeps between two drawings: the points chosen of the pixels that are full. */
export interface ThinMemory {
  last?: { points: Points; view: View; begin: number; kept: number[]; next: number };
}

/**
 * The points between `from` and `to`, at most about four per column of the screen and series: of
 * each pixel the first, the last, the lowest and the highest, so that no spike is lost and a line
 * drawn through them looks as one drawn through all. With a memory, a curve whose arrays grew at
 * their end (only their last point may have changed) is read from its last pixel on.
 */
export function thinOut(
  points: Points,
  view: View,
  memory: ThinMemory = {},
): { x: number[]; columns: (number | null)[][] } {
  const { x, columns } = points;
  // One point more on each side: the line runs on beyond what is seen.
  const begin = Math.max(0, lowerBound(x, view.from) - 1);
  const end = Math.min(x.length, lowerBound(x, view.to) + 2);
  const kept =
    end - begin <= view.pixels * 2
      ? Array.from({ length: end - begin }, (_, index) => begin + index)
      : extremes(points, begin, end, view, memory);
  return {
    x: kept.map((index) => x[index] ?? 0),
    columns: columns.map((column) => kept.map((index) => column[index] ?? null)),
  };
}

function extremes(
  points: Points,
  begin: number,
  end: number,
  view: View,
  memory: ThinMemory,
): number[] {
  const { x, columns } = points;
  const { from, to, pixels } = view;
  const known = memory.last;
  const goesOn =
    known !== undefined &&
    known.begin === begin &&
    known.next < end &&
    isSame(known.points, points) &&
    known.view.from === from &&
    known.view.to === to &&
    known.view.pixels === pixels;
  const kept = goesOn ? known.kept : [];
  const perPixel = Math.max(to - from, Number.MIN_VALUE) / pixels;
  for (let start = goesOn ? known.next : begin; start < end;) {
    const edge = from + (Math.floor(((x[start] ?? 0) - from) / perPixel) + 1) * perPixel;
    let stop = start + 1;
    while (stop < end && (x[stop] ?? 0) < edge) stop += 1;
    const chosen = extremesOf(columns, start, stop);
    if (stop === end) {
      memory.last = { points, view, begin, kept, next: start };
      return [...kept, ...chosen];
    }
    for (const index of chosen) kept.push(index);
    start = stop;
  }
  return kept;
}

/** The points of one pixel that are drawn, in order. */
function extremesOf(columns: Points["columns"], start: number, stop: number): number[] {
  const chosen = new Set([start, stop - 1]);
  for (const column of columns) {
    let low = -1;
    let high = -1;
    let last = -1;
    for (let index = start; index < stop; index++) {
      const value = column[index];
      if (value === null || value === undefined) continue;
      if (low < 0 || value < (column[low] ?? 0)) low = index;
      if (high < 0 || value > (column[high] ?? 0)) high = index;
      last = index;
    }
    for (const index of [low, high, last]) if (index >= 0) chosen.add(index);
  }
  return [...chosen].sort((a, b) => a - b);
}

/** The same arrays: what they hold may have grown. */
const isSame = (one: Points, other: Points): boolean =>
  one.x === other.x &&
  one.columns.length === other.columns.length &&
  one.columns.every((column, index) => column === other.columns[index]);

/** The first index whose x is not below `value`. */
function lowerBound(x: readonly number[], value: number): number {
  let low = 0;
  let high = x.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((x[middle] ?? 0) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
