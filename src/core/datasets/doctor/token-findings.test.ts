import { expect, test } from "vitest";
import { startLengthSample } from "./length-sample.ts";
import { longerThan } from "./token-findings.ts";

/** What is found of rows with so many bytes, where a token is `perToken` bytes. */
function find(bytes: readonly number[], limit: number, perToken: number) {
  const sample = startLengthSample();
  for (const [row, length] of bytes.entries()) {
    const messages = [{ role: "assistant" as const, content: "x".repeat(length) }];
    sample.add({ messages, text: "", reason: undefined }, row);
  }
  const count = (rows: ReturnType<typeof sample.usual>) =>
    rows.map((row) => ({ ...row, tokens: Math.ceil(row.bytes / perToken) + 5 }));
  const usual = count(sample.usual());
  return longerThan(
    "too_long",
    {
      usual,
      longest: count(sample.longest()),
      all: sample.all(),
      countedAll: usual.length === bytes.length,
      nextLongest: sample.nextLongest(),
    },
    limit,
  );
}

test.each([1, 2, 10, 43, 500])("of %i rows every one that is too long is counted", (count) => {
  const lengths = Array.from({ length: count }, (_, row) => (row % 2 === 0 ? 400 : 40));
  const [found] = find(lengths, 100, 2);
  expect(found?.code).toBe("too_long");
  expect([...(found?.rows ?? [])]).toEqual(lengths.flatMap((one, row) => (one > 100 ? [row] : [])));
  expect(find(lengths, 1000, 2)).toEqual([]);
});

test("of many rows the count is exact where those left uncounted have too few bytes", () => {
  const lengths = Array.from({ length: 3000 }, (_, row) => (row % 20 === 0 ? 400 : 40));
  const [found] = find(lengths, 100, 2);
  expect(found).toMatchObject({ code: "too_long", params: { rows: 150 }, fixes: ["leave_out"] });
});

test("where others may be too long it says so, and what a sample makes of it", () => {
  const lengths = Array.from({ length: 3000 }, (_, row) => (row % 3 === 0 ? 400 : 150));
  const [found] = find(lengths, 100, 2);
  expect(found).toMatchObject({ code: "too_long_sampled", fixes: [] });
  const { rows, sample, over, about, all } = (found?.params ?? {}) as Record<string, number>;
  expect([sample, all]).toEqual([600, 3000]);
  expect(about).toBe(Math.round(((over ?? 0) / 600) * 3000));
  expect(about).toBeGreaterThan(800);
  expect(about).toBeLessThan(1200);
  expect(rows).toBeGreaterThan(200);
  expect(rows).toBeLessThan(1000);
  expect(find(lengths, 400, 2)).toEqual([]);
});
