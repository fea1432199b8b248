import { useRef } from "react";
import type { CurvePoint } from "#contract/run.ts";

export interface CurveColumns {
  readonly step: number[];
  readonly loss: (number | null)[];
  readonly heldOutLoss: (number | null)[];
  readonly learningRate: (number | null)[];
  readonly gradNorm: (number | null)[];
  readonly tokensPerSecond: (number | null)[];
  readonly memoryBytes: (number | null)[];
}

const empty = (): CurveColumns => ({
  step: [],
  loss: [],
  heldOutLoss: [],
  learningRate: [],
  gradNorm: [],
  tokensPerSecond: [],
  memoryBytes: [],
});

/**
 * The curve as columns, as charts take it. A curve grows at its end, so only what is new is added:
 * the arrays stay, and another object around them says that they grew.
 */
export function useCurveColumns(points: readonly CurvePoint[]): CurveColumns {
  const known = useRef({ points: [] as readonly CurvePoint[], columns: empty() });
  if (known.current.points !== points)
    known.current = { points, columns: grow(known.current, points) };
  return known.current.columns;
}

export function grow(
  before: { points: readonly CurvePoint[]; columns: CurveColumns },
  points: readonly CurvePoint[],
): CurveColumns {
  // The last point may have been completed; those before it never change.
  const stay = Math.max(0, before.points.length - 1);
  const grown =
    stay > 0 && before.points[0] === points[0] && before.points[stay - 1] === points[stay - 1];
  const columns = grown ? { ...before.columns } : empty();
  if (grown) for (const column of Object.values(columns)) (column as unknown[]).length = stay;
  for (let index = grown ? stay : 0; index < points.length; index++) {
    const point = points[index];
    if (!point) continue;
    for (const [key, column] of Object.entries(columns) as [keyof CurvePoint, unknown[]][])
      column.push(point[key]);
  }
  return columns;
}
