import { expect, test } from "vitest";
import { expandSweep, maxTrials } from "./expand.ts";

test("a grid becomes every combination, across sections", () => {
  const trials = expandSweep({
    grid: { lora_config: { r: [8, 16] }, training_config: { learning_rate: [1e-4, 2e-4, null] } },
  });
  expect(trials).toHaveLength(6);
  expect(trials[0]).toEqual({ lora_config: { r: 8 }, training_config: { learning_rate: 1e-4 } });
  expect(trials.at(-1)).toEqual({
    lora_config: { r: 16 },
    training_config: { learning_rate: null },
  });
});

test("equal trials count once", () => {
  const list = [{ lora_config: { r: 8 } }, { lora_config: { r: 8 } }, { lora_config: { r: 4 } }];
  expect(expandSweep({ list })).toHaveLength(2);
});

test("one trial is no sweep, and neither is a parameter without values", () => {
  expect(() => expandSweep({ grid: { lora_config: { r: [8] } } })).toThrow(/two/);
  expect(() => expandSweep({ grid: { lora_config: { r: [] } } })).toThrow(/two/);
  expect(() => expandSweep({ list: [] })).toThrow(/two/);
});

test("too many are refused with their number", () => {
  const r = Array.from({ length: maxTrials + 1 }, (_, i) => i + 1);
  expect(() => expandSweep({ grid: { lora_config: { r } } })).toThrow(/101/);
});
