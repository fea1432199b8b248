import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { english } from "./doctor/testing/planted/english.ts";
import { makePair } from "./doctor/testing/planted/grammar.ts";
import { seeded } from "./doctor/testing/planted/random.ts";
import { placeRows } from "./place-rows.ts";
import type { DataSource } from "./place-rows.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tunesmith-groups-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

interface Pair {
  prompt: string;
  completion: string;
}

function pairs(count: number): Pair[] {
  const random = seeded(5);
  return Array.from({ length: count }, (_, index) => {
    const { question, answer } = makePair(english, random);
    return { prompt: `${index}: ${question}`, completion: `${answer} ${answer.length + index}.` };
  });
}

/** The lines that check, for each seed. */
async function checked(name: string, rows: readonly Pair[], seed: number): Promise<Set<number>> {
  const path = join(folder, name);
  await writeFile(path, rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
  const source: DataSource = { name, role: "train", path };
  const lines = new Set<number>();
  await placeRows(
    [source],
    { seed },
    {
      row: () => {},
      entry: ({ line, outcome }) => void (outcome === "check" && lines.add(line)),
    },
  );
  return lines;
}

const reworded = ({ prompt, completion }: Pair): Pair => ({
  prompt,
  completion: `Well, ${completion}`,
});

test("rows that are nearly the same are on the same side, whatever the seed", async () => {
  const rows = pairs(60);
  const twins = rows.map(reworded);
  let together = 0;
  for (const seed of [1, 2, 3, 4]) {
    const lines = await checked("twins.jsonl", [...rows, ...twins], seed);
    expect(lines.size).toBeGreaterThanOrEqual(8);
    for (let line = 1; line <= rows.length; line += 1) {
      expect(lines.has(line + rows.length), `line ${line}`).toBe(lines.has(line));
      if (lines.has(line)) together += 1;
    }
  }
  expect(together).toBeGreaterThan(0);
});

test("rows keep their side when others come after them", async () => {
  const rows = pairs(300);
  const before = await checked("grows.jsonl", rows.slice(0, 200), 7);
  const after = await checked("grows.jsonl", [...rows, ...rows.slice(0, 50).map(reworded)], 7);
  expect([...before].filter((line) => !after.has(line))).toEqual([]);
  expect([...after].filter((line) => line <= 200 && !before.has(line))).toEqual([]);
});
