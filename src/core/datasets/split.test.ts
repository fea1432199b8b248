import { expect, test } from "vitest";
import { makeKeyTable } from "./key-table.ts";
import type { KeyTable } from "./key-table.ts";
import { chooseCheckRows } from "./split.ts";

const numbers = (count: number, from = 0) => Array.from({ length: count }, (_, i) => from + i);
const tableOf = (rows: readonly number[]): KeyTable => {
  const table = makeKeyTable(rows.length);
  for (const row of rows) table.add(row, row * 7);
  return table;
};

/** Which of these rows are set aside. */
function choose(rows: readonly number[], seed: number): Set<number> {
  const table = tableOf(rows);
  const chosen = chooseCheckRows(table, seed);
  return new Set(rows.filter((row) => chosen[table.find(row, row * 7)] === 1));
}

test.each([
  [1, 0],
  [19, 0],
  [20, 4],
  [40, 8],
  [43, 8],
])("of %i rows at least %i are set aside", (count, least) => {
  const { size } = choose(numbers(count), 42);
  expect(size).toBeGreaterThanOrEqual(least);
  expect(size).toBeLessThanOrEqual(least === 0 ? 0 : count / 3);
});

test("of many rows about a tenth is set aside", () => {
  const { size } = choose(numbers(5000), 42);
  expect(size).toBeGreaterThan(430);
  expect(size).toBeLessThan(570);
});

test("the choice depends on the seed, not on the order, and stays when rows are added", () => {
  const some = numbers(300);
  const chosen = choose(some, 1);
  expect(choose(some.toReversed(), 1)).toEqual(chosen);
  expect(choose(some, 2)).not.toEqual(chosen);
  const more = choose([...some, ...numbers(200, 1000)], 1);
  expect([...chosen].filter((row) => !more.has(row))).toEqual([]);
  expect([...more].filter((row) => row < 300 && !chosen.has(row))).toEqual([]);
});

test("copies of one row stay on one side and never take more than half", () => {
  const copies = Array.from({ length: 30 }, () => 77);
  const chosen = choose([...copies, ...numbers(10)], 42);
  expect(chosen.has(77)).toBe(false);
  expect(chosen.size).toBe(8);
});
