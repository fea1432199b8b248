import { expect, test } from "vitest";
import { firstCopies, noRow } from "./first-copies.ts";
import { chooseCheckRows } from "./split.ts";

const numbers = (count: number, from = 0) => Array.from({ length: count }, (_, i) => from + i);

/** Which of these rows are set aside. */
function choose(rows: readonly number[], seed: number): Set<number> {
  const keys = { lows: Uint32Array.from(rows), highs: Uint32Array.from(rows, (row) => row * 7) };
  const first = firstCopies(keys, new Uint8Array(rows.length).fill(1));
  const chosen = chooseCheckRows(first, keys, seed);
  return new Set(rows.filter((_, at) => chosen[first[at] ?? 0] === 1));
}

test.each([
  [1, 0],
  [2, 0],
  [10, 0],
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

test("the first row of each content is found, and rows that do not count are in no group", () => {
  const keys = { lows: Uint32Array.of(7, 7, 8, 7, 0), highs: Uint32Array.of(1, 2, 1, 1, 0) };
  expect([...firstCopies(keys, Uint8Array.of(1, 1, 1, 1, 1))]).toEqual([0, 1, 2, 0, 4]);
  expect([...firstCopies(keys, Uint8Array.of(0, 1, 1, 1, 0))]).toEqual([noRow, 1, 2, 3, noRow]);
  // Keys that fall into the same place of the table are told apart.
  const rows = Array.from({ length: 3000 }, (_, row) => row % 1500);
  const many = { lows: Uint32Array.from(rows, (row) => row << 20), highs: Uint32Array.from(rows) };
  const found = firstCopies(many, new Uint8Array(rows.length).fill(1));
  expect([...found]).toEqual(rows);
});
