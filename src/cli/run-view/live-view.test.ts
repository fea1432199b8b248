import stringWidth from "string-width";
import { expect, it } from "vitest";
import { eventsOf, stepEvent } from "#cli/testing/events.ts";
import { fakeTerminal } from "#cli/testing/fake-terminal.ts";
import { advance, drawBar, drawLive, drawLosses, emptyLive, type LiveState } from "./live-view.ts";

const terminal = fakeTerminal();
const fold = (bodies: Parameters<typeof eventsOf>[0]): LiveState =>
  eventsOf(bodies).reduce((state, event) => advance(state, event, 1000), emptyLive());

it("shows the stage that is going on, with bar, numbers and curve", () => {
  const state = fold([
    { type: "stage.started", stage: "train" },
    stepEvent(1),
    stepEvent(10),
    stepEvent(25),
  ]);
  const [line = "", numbers, curve] = drawLive(state, 13_000, terminal).split("\n");
  expect(line).toContain("Train");
  expect(line).toContain("50 %");
  expect(numbers).toBe("  step 25/50 · loss 0.200 · 1,240 tokens/s · 25 s left");
  expect(line).toContain("12 s");
  expect(curve).toBe("  loss 5.000 █▁▁ 0.200");
});

it("shows bytes and rows as such, and nothing between stages", () => {
  const progress = { done: 1.5e6, total: 3e6 };
  const state = fold([
    { type: "stage.started", stage: "convert_gguf" },
    { type: "stage.progress", stage: "convert_gguf", ...progress, unit: "bytes" },
  ]);
  expect(drawLive(state, 1000, terminal)).toContain("1.5 MB of 3.0 MB");
  const finished = fold([
    { type: "stage.started", stage: "train" },
    { type: "stage.finished", stage: "train", seconds: 4 },
  ]);
  expect(drawLive(finished, 1000, terminal)).toBe("");
});

it("does not divide by an unknown total", () => {
  const state = fold([
    { type: "stage.started", stage: "load_model" },
    { type: "stage.progress", stage: "load_model", done: 0, total: 0, unit: "bytes" },
  ]);
  expect(drawLive(state, 1000, terminal)).not.toContain("NaN");
});

it("draws bars and curves of a fixed width", () => {
  for (const part of [0, 0.004, 0.5, 0.999, 1]) {
    expect(stringWidth(drawBar(part, 24, terminal))).toBe(24 + 6);
  }
  expect(drawBar(0.999, 10, terminal)).toContain(" 99 %");
  const long = drawLosses(
    Array.from({ length: 1000 }, (_, index) => 1000 - index),
    terminal,
  );
  expect(stringWidth(long)).toBeLessThan(70);
  expect(drawLosses([1, 1, 1], terminal)).toBe("loss 1.000 ▁▁▁ 1.000");
});
