import { expect, test } from "vitest";
import { benchCheck } from "./check-speed.ts";

test("a file over many stretches is counted right, copies and broken rows too", () => {
  // It throws where the counts are not those that were written.
  const { rows, check, megabytes } = benchCheck(20);
  expect(megabytes).toBeGreaterThanOrEqual(20);
  expect(check / rows).toBeGreaterThan(0.08);
  expect(check / rows).toBeLessThan(0.12);
});
