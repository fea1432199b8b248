import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { FindingCode } from "#contract/findings.ts";
import type { DataSource } from "../data-source.ts";
import { lookThrough } from "./look-through.ts";
import { unpackPlaces } from "./places.ts";
import { english } from "./testing/planted/english.ts";
import { makePair } from "./testing/planted/grammar.ts";
import { buildingSeeds, plantRows, toJsonl } from "./testing/planted/planted-rows.ts";
import { seeded } from "./testing/planted/random.ts";
import { scoreFindings } from "./testing/score.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tunesmith-doctor-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const settings = { stop: ["### Question:"], tokens: [] };

async function store(name: string, role: DataSource["role"], rows: unknown[]): Promise<DataSource> {
  const path = join(folder, name);
  await writeFile(path, rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
  return { name, role, path };
}

const row = (question: string, answer: string) => ({ prompt: question, completion: answer });
const sound = (count: number, seed = 1) => {
  const random = seeded(seed);
  return Array.from({ length: count }, (_, index) => {
    const { question, answer } = makePair(english, random);
    return row(`${index}. ${question}`, `${answer} That was ${index}.`);
  });
};

async function look(...sources: DataSource[]) {
  const result = await lookThrough(sources, settings);
  const codes = result.findings.map(({ finding }) => finding.code);
  const of = (code: FindingCode) => result.findings.find(({ finding }) => finding.code === code);
  const places = (code: FindingCode) => [...unpackPlaces(of(code)?.places() ?? new Uint32Array())];
  const lines = (code: FindingCode) => places(code).map(({ line }) => line);
  return { ...result, codes, of, lines, places };
}

test("of planted faults nearly all are found, and sound rows are left in peace", async () => {
  const planted = plantRows(buildingSeeds[0]);
  const path = join(folder, "planted.jsonl");
  await writeFile(path, toJsonl(planted));
  const result = await lookThrough([{ name: "planted.jsonl", role: "train", path }], {
    stop: planted.stop,
    tokens: [],
  });
  const { faults, found, cleanRows, falseAlarms } = scoreFindings(planted, result);
  expect(found / faults).toBeGreaterThanOrEqual(0.95);
  expect(falseAlarms.length / cleanRows).toBeLessThan(0.01);
}, 60_000);

test("sound data has no findings", async () => {
  const { codes, rows } = await look(await store("sound.jsonl", "train", sound(150)));
  expect(rows).toBe(150);
  expect(codes).toEqual([]);
});

test("repeated rows are named with the first of each, which is no fault", async () => {
  const rows = sound(120);
  const { of, lines } = await look(
    await store("twice.jsonl", "train", [...rows, rows[4], rows[9], rows[4]]),
  );
  expect(lines("exact_duplicate")).toEqual([121, 122, 123]);
  const finding = of("exact_duplicate")?.finding;
  expect(finding?.rows.map(({ line, group }) => [line, group])).toEqual([
    [5, 4],
    [121, 4],
    [123, 4],
    [10, 9],
    [122, 9],
  ]);
  expect(finding?.rows[0]?.excerpt).toContain("4. ");
  expect(finding?.fixes).toEqual(["keep_first", "leave_out"]);
});

test("a training row that stands in the check file, too, word for word or nearly", async () => {
  const rows = sound(120);
  const story = rows.find(({ completion }) => completion.length > 250) ?? row("", "");
  const check = [rows[3], { ...story, completion: story.completion.replace(/\w+ (\w+\.)$/, "$1") }];
  const result = await look(
    await store("train.jsonl", "train", rows),
    await store("check.jsonl", "check", check),
  );
  expect(result.lines("check_overlap")).toEqual([4, rows.indexOf(story) + 1].sort((a, b) => a - b));
  expect(result.codes).not.toContain("exact_duplicate");
  expect(result.places("check_overlap").every(({ source }) => source === 0)).toBe(true);
});

test("one question with two answers; the same answer twice is no contradiction", async () => {
  const rows = [
    ...sound(100),
    row("Where is the key?", "It lies in the drawer beside the window of the old kitchen."),
    row("where is the key", "Nobody knows, it was lost in the garden many years ago."),
    row("Where is the lamp?", "On the shelf."),
    row("Where is the lamp ?", "on the shelf"),
  ];
  const { lines, of } = await look(await store("conflict.jsonl", "train", rows));
  expect(lines("conflicting_answers")).toEqual([101, 102]);
  expect(of("conflicting_answers")?.finding.params).toMatchObject({ questions: 1, rows: 2 });
});

test("what all rows do is the way of the data; what some do is a finding", async () => {
  const thinking = sound(60).map(({ prompt, completion }) =>
    row(prompt, `<think>Hm.</think>${completion}`),
  );
  expect((await look(await store("all.jsonl", "train", thinking))).codes).not.toContain(
    "thinking_in_some",
  );
  const mixed = [...thinking.slice(0, 50), ...sound(60).slice(50)];
  const { lines } = await look(await store("some.jsonl", "train", mixed));
  expect(lines("thinking_in_some")).toEqual([51, 52, 53, 54, 55, 56, 57, 58, 59, 60]);
});

test("an answer in a language of its own, and one that was asked for", async () => {
  const french = "Commencez par vérifier la pression, puis nettoyez la pièce avec un chiffon sec.";
  const rows = [
    ...sound(60),
    row("How do I clean it?", french),
    row("Translate into French: clean it", french),
  ];
  const { lines, of } = await look(await store("french.jsonl", "train", rows));
  expect(lines("other_language")).toEqual([61]);
  expect(of("other_language")?.finding.message).toContain("French");
});

test("few rows, and rows that the ledger leaves out", async () => {
  const rows = [...sound(6), row("Anything?", ""), { messages: [{ role: "bard", content: "x" }] }];
  const { codes, of } = await look(await store("few.jsonl", "train", rows));
  expect(codes.toSorted()).toEqual(["placeholder_answer", "role_order", "too_few_rows"]);
  expect(of("too_few_rows")?.finding).toMatchObject({ severity: "warning", params: { rows: 6 } });
});

test("secrets stay out of the report", async () => {
  const key = `sk-proj-${"aB3".repeat(14)}`;
  const { of } = await look(
    await store("secret.jsonl", "train", [...sound(30), row("Which key?", `Take ${key} for it.`)]),
  );
  const [shown] = of("secret")?.finding.rows ?? [];
  expect(shown?.found).toBe("sk-p…");
  expect(shown?.excerpt).toContain("[secret]");
  expect(JSON.stringify(of("secret"))).not.toContain(key.slice(8));
});

test("looking can be stopped", async () => {
  const source = await store("stop.jsonl", "train", sound(50));
  await expect(lookThrough([source], { ...settings, signal: AbortSignal.abort() })).rejects.toThrow(
    "abort",
  );
});
