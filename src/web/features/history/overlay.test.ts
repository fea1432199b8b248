import { expect, test } from "vitest";
import { overlay } from "./overlay.ts";

const run = (number: number, stepsPerEpoch: number, tokens: number) => ({
  number,
  stepsPerEpoch,
  tokens,
});
const point = (step: number, loss: number | null, heldOutLoss: number | null = null) => ({
  step,
  loss,
  heldOutLoss,
  learningRate: null,
  gradNorm: null,
  tokensPerSecond: null,
  memoryBytes: null,
});
const name = (number: number) => `Run ${number}`;

test("curves with points at different steps share one axis", () => {
  const curves = [
    [point(1, 3), point(3, 1)],
    [point(2, 2), point(3, 1.5)],
  ];
  const runs = [run(1, 1, 10), run(2, 1, 10)];
  expect(overlay(runs, curves, { measure: "loss", scale: "steps", name })).toEqual({
    x: [1, 2, 3],
    series: [
      { label: "Run 1", values: [3, null, 1], style: 0 },
      { label: "Run 2", values: [null, 2, 1.5], style: 1 },
    ],
  });
});

test("by passes and by tokens, runs of other lengths meet", () => {
  const curves = [[point(10, 1)], [point(5, 2)]];
  const runs = [run(1, 10, 100), run(2, 5, 50)];
  const by = (scale: "passes" | "tokens") =>
    overlay(runs, curves, { measure: "loss", scale, name }).x;
  expect(by("passes")).toEqual([1]);
  expect(by("tokens")).toEqual([50, 100]);
});

test("only points that have the measure are drawn", () => {
  const curves = [[point(1, 3), point(2, 2, 2.5)]];
  const { x, series } = overlay([run(1, 1, 1)], curves, {
    measure: "heldOutLoss",
    scale: "steps",
    name,
  });
  expect([x, series[0]?.values]).toEqual([[2], [2.5]]);
});
