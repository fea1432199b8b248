import { expect, test } from "vitest";
import type { RunEvent } from "#contract/events.ts";
import { step } from "#contract/testing/run-events.ts";
import { blocksOf } from "./log-blocks.ts";

const events = (first: number, last: number): RunEvent[] =>
  Array.from({ length: last - first + 1 }, (_, index) => ({
    ...step(1, first + index, 1),
    seq: first + index,
  }));

test("blocks hold every line in order and stay as they are while more come", () => {
  const before = blocksOf(events(1, 200));
  expect(before.flatMap(({ lines }) => lines.map(({ seq }) => seq))).toEqual(
    events(1, 200).map(({ seq }) => seq),
  );
  const later = blocksOf(events(1, 201));
  expect(later.slice(0, -1).map(({ lines }) => lines.length)).toEqual(
    before.slice(0, -1).map(({ lines }) => lines.length),
  );
});

test("of many lines the last are shown, and the oldest go by whole blocks", () => {
  const shown = blocksOf(events(1, 2000)).flatMap(({ lines }) => lines);
  expect(shown.at(-1)?.seq).toBe(2000);
  expect(shown.length).toBeGreaterThanOrEqual(300);
  expect(shown.length).toBeLessThan(300 + 64);
});

test("what the stage list tells has no line", () => {
  const quiet: RunEvent = { ...step(1, 3, 1), seq: 3, type: "stage.progress" } as never;
  expect(blocksOf([...events(1, 2), quiet]).flatMap(({ lines }) => lines)).toHaveLength(2);
});
