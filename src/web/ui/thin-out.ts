/** Columns that belong together: `columns[c][i]` belongs to `x[i]`, which rises. */
export interface Points {
  x: readonly number[];
  columns: readonly (readonly (number | null)[])[];
}

/**
 * The points between `from` and `to`, at most about four per column of the screen and series: of
 * each pixel the first, the last, the lowest and the highest, so that no spike is lost and a line
 * drawn through them looks as one drawn through all.
 */
export function thinOut(
  points: Points,
  view: { from: number; to: number; pixels: number },
): { x: number[]; columns: (number | null)[][] } {
  const { x, columns } = points;
  // One point more on each side: the line runs on beyond what is seen.
  const begin = Math.max(0, lowerBound(x, view.from) - 1);
  const end = Math.min(x.length, lowerBound(x, view.to) + 2);
  const kept =
    end - begin <= view.pixels * 2
      ? Array.from({ length: end - begin }, (_, index) => begin + index)
      : extremes(points, begin, end, view);
  return {
    x: kept.map((index) => x[index] ?? 0),
    columns: columns.map((column) => kept.map((index) => column[index] ?? null)),
  };
}

function extremes(
  { x, columns }: Points,
  begin: number,
  end: number,
  { from, to, pixels }: { from: number; to: number; pixels: number },
): number[] {
  const kept: number[] = [];
  const perPixel = Math.max(to - from, Number.MIN_VALUE) / pixels;
  for (let start = begin; start < end;) {
    const edge = from + (Math.floor(((x[start] ?? 0) - from) / perPixel) + 1) * perPixel;
    let stop = start + 1;
    while (stop < end && (x[stop] ?? 0) < edge) stop += 1;
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
    for (const index of [...chosen].sort((a, b) => a - b)) kept.push(index);
    start = stop;
  }
  return kept;
}

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
