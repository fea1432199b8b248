import { expect, test } from "vitest";
import { release } from "./release.ts";

test("what is released is empty at once, with all views of it", () => {
  const numbers = new Uint32Array(1000);
  const view = numbers.subarray(10, 20);
  release(numbers);
  expect([numbers.length, view.length, numbers.buffer.byteLength]).toEqual([0, 0, 0]);
});
