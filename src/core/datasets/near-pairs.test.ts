import { mkdtemp, readdir, rm, stat, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { english } from "./doctor/testing/planted/english.ts";
import { makePair } from "./doctor/testing/planted/grammar.ts";
import { seeded } from "./doctor/testing/planted/random.ts";
import { inDataThread } from "./data-thread.ts";
import { findNearPairs } from "./find-near-pairs.ts";
import { nearPairs } from "./near-pairs.ts";
import { placeRows } from "./place-rows.ts";
import type { DataSource } from "./data-source.ts";

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

test("pairs are found in a thread as well, kept by content, and looked for again when it changes", async () => {
  const rows = pairs(200);
  const text = [...rows, ...rows.slice(0, 20).map(reworded)].map((row) => JSON.stringify(row));
  const path = join(folder, "kept.jsonl");
  // Enough for a thread of its own; a row that is left out counts as well.
  const filler = JSON.stringify({ prompt: "x".repeat(900_000), completion: "" });
  await writeFile(path, `{"broken\n${text.join("\n")}\n${`${filler}\n`.repeat(5)}`);
  const cache = join(folder, "cache");
  const source: DataSource = { name: "kept.jsonl", role: "train", path, cache, content: "one" };
  const expected = Array.from({ length: 20 }, (_, row) => [row + 201, row + 1]).flat();
  const steps = new Set<string>();
  const found = await nearPairs([source], { onProgress: (_done, _total, step) => steps.add(step) });
  expect([...found]).toEqual(expected);
  expect([...steps]).toEqual(["read", "compare"]);
  expect([...(await findNearPairs([source], {}))]).toEqual(expected);

  const [stored = ""] = await readdir(cache);
  expect((await stat(join(cache, stored))).size).toBe(40 * 4);
  await writeFile(join(cache, stored), new Uint8Array(8));
  // The same content under another time: what is kept counts.
  await utimes(path, new Date(), new Date(Date.now() - 60_000));
  expect([...(await nearPairs([source]))]).toEqual([0, 0]);
  expect([...(await nearPairs([{ ...source, content: "two" }]))]).toEqual([0, 0]);
  await writeFile(path, `${text.join("\n")}\n${`${filler}\n`.repeat(5)}`);
  const after = await nearPairs([{ ...source, content: "three" }]);
  expect([...after]).toEqual(expected.map((row) => row - 1));
}, 60_000);

test("the doctor's look finds the same pairs on its way, rows that a fix left out counted", async () => {
  const rows = pairs(60);
  const text = [...rows, ...rows.slice(0, 9).map(reworded)].map((row) => JSON.stringify(row));
  const path = join(folder, "looked.jsonl");
  await writeFile(path, text.join("\n"));
  const changes = join(folder, "changes.jsonl");
  const out = (line: number) => `{"line":${line},"out":"refusal"}\n`;
  await writeFile(changes, [1, 2, 30, 61, 64].map(out).join(""));
  const source: DataSource = { name: "looked.jsonl", role: "train", path, changes };
  const settings = { stop: [], tokens: [] };
  const { near } = await inDataThread("look-files", { sources: [source], settings });
  const alone = await findNearPairs([source], {});
  expect([...near]).toEqual([...alone]);
  expect([...near]).toEqual([62, 2, 64, 4, 65, 5, 66, 6, 67, 7, 68, 8]);
}, 60_000);
