import { expect, test } from "vitest";
import { chooseCheckRows } from "./split.ts";

const hashes = (count: number, from = 0) =>
  Array.from({ length: count }, (_, index) => `row ${from + index}`);

test.each([
  [1, 0],
  [19, 0],
  [20, 4],
  [40, 8],
  [43, 8],
])("of %i rows %i are set aside", (count, expected) => {
  expect(chooseCheckRows(hashes(count), 42).size).toBe(expected);
});

test("of many rows about a tenth is set aside", () => {
  const size = chooseCheckRows(hashes(5000), 42).size;
  expect(size).toBeGreaterThan(430);
  expect(size).toBeLessThan(570);
});

test("the choice depends on the seed, not on the order, and stays when rows are added", () => {
  const some = hashes(300);
  const chosen = chooseCheckRows(some, 1);
  expect(chooseCheckRows(some.toReversed(), 1)).toEqual(chosen);
  expect(chooseCheckRows(some, 2)).not.toEqual(chosen);
  const more = chooseCheckRows([...some, ...hashes(200, 1000)], 1);
  expect([...chosen].filter((hash) => !more.has(hash))).toEqual([]);
  expect([...more].filter((hash) => some.includes(hash) && !chosen.has(hash))).toEqual([]);
});

test("copies of one row stay on one side and never take more than half", () => {
  const copies = Array.from({ length: 30 }, () => "same");
  const chosen = chooseCheckRows([...copies, ...hashes(10)], 42);
  expect(chosen.has("same")).toBe(false);
  expect(chosen.size).toBe(8);
});
