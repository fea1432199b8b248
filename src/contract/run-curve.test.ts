import { describe, expect, test } from "vitest";
import { extendCurve, foldCurve } from "./run-curve.ts";
import { at, step } from "./testing/run-events.ts";

describe("foldCurve", () => {
  test("an attempt that starts over, without any checkpoint, takes the place of the earlier one", () => {
    const points = foldCurve([
      step(1, 1, 3),
      step(1, 5, 2),
      at(1, { type: "train.evaluated", step: 5, epoch: 1, loss: 9, tokens: 9, best: true }),
      step(2, 1, 2.9),
    ]);
    expect(points.map((point) => [point.step, point.loss, point.heldOutLoss])).toEqual([
      [1, 2.9, null],
    ]);
  });

  test("after a resume at step 2, points of the earlier attempt beyond it are gone", () => {
    const points = foldCurve([
      step(1, 1, 3),
      step(1, 2, 2.5),
      step(1, 3, 99),
      step(1, 4, 99),
      at(2, { type: "train.resumed", step: 2, folder: "checkpoints/step-000002" }),
      step(2, 3, 2),
    ]);
    expect(points.map((point) => [point.step, point.loss])).toEqual([
      [1, 3],
      [2, 2.5],
      [3, 2],
    ]);
  });

  test("a held-out loss that a wish broke off belongs to the step that was taken before", () => {
    const points = foldCurve([
      step(1, 1, 3),
      step(1, 2, 2.5),
      at(2, { type: "train.resumed", step: 2, folder: "checkpoints/step-000002" }),
      at(2, { type: "train.evaluated", step: 2, epoch: 1, loss: 4, tokens: 9, best: true }),
      step(2, 3, 2),
    ]);
    expect(points.map((point) => [point.step, point.loss, point.heldOutLoss])).toEqual([
      [1, 3, null],
      [2, 2.5, 4],
      [3, 2, null],
    ]);
  });
});

test("a curve that is extended as events come is the one that all events give", () => {
  const events = [
    step(1, 1, 3),
    at(1, { type: "train.evaluated", step: 1, epoch: 1, loss: 4, tokens: 9, best: true }),
    step(1, 2, 2.5),
    at(1, { type: "log", level: "info", text: "x" }),
    at(1, { type: "train.evaluated", step: 2, epoch: 1, loss: 3, tokens: 9, best: true }),
    step(1, 3, 2),
  ];
  for (let cut = 0; cut <= events.length; cut++) {
    const first = foldCurve(events.slice(0, cut));
    expect(extendCurve(first, events.slice(cut))).toEqual(foldCurve(events));
  }
});

test("a curve of 100,000 points is folded at once", () => {
  const many = Array.from({ length: 100_000 }, (_, index) => step(1, index + 1, 2));
  expect(foldCurve(many)).toHaveLength(many.length);
});
