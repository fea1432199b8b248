import { expect, test } from "vitest";
import { benchCommand } from "./check-command.ts";
import { benchCheck } from "./check-speed.ts";

test("a file over many stretches is counted right, copies and broken rows too", () => {
  // It throws where the counts are not those that were written.
  const { rows, check, megabytes } = benchCheck(20);
  expect(megabytes).toBeGreaterThanOrEqual(20);
  expect(check / rows).toBeGreaterThan(0.08);
  expect(check / rows).toBeLessThan(0.12);
});

test("the whole command is measured, and all rows are in it", () => {
  // It throws where rows are missing.
  const { rows, peakBytes, cpuSeconds } = benchCommand("short", 5);
  expect(rows).toBeGreaterThan(20_000);
  expect(peakBytes).toBeGreaterThan(50e6);
  expect(cpuSeconds).toBeGreaterThan(0);
}, 120_000);
