import { expect, test } from "vitest";
import type { CurvePoint } from "#contract/run.ts";
import { grow } from "./curve-columns.ts";

const point = (step: number, heldOutLoss: number | null = null): CurvePoint => ({
  step,
  loss: 1 / step,
  learningRate: 1e-4,
  gradNorm: 1,
  tokensPerSecond: 100,
  memoryBytes: 7,
  heldOutLoss,
});
const fromNothing = (points: CurvePoint[]) =>
  grow({ points: [], columns: grow({ points: [], columns: none }, []) }, points);
const none = {
  step: [],
  loss: [],
  heldOutLoss: [],
  learningRate: [],
  gradNorm: [],
  tokensPerSecond: [],
  memoryBytes: [],
};

test("a curve that grows gives the columns that it would give at once", () => {
  const first = [point(1), point(2), point(3)];
  const begun = { points: first, columns: fromNothing(first) };
  // The last point is completed by its evaluation, and more come.
  const longer = [...first.slice(0, 2), point(3, 5), point(4)];
  const columns = grow(begun, longer);
  expect(columns).toEqual(fromNothing(longer));
  expect(columns).not.toBe(begun.columns);
});

test("a curve that begins anew takes nothing over", () => {
  const first = [point(1), point(2), point(3)];
  const other = [point(1), point(2)];
  expect(grow({ points: first, columns: fromNothing(first) }, other)).toEqual(fromNothing(other));
});
