import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../../testing/temporary-workspace.ts";
import { findNearPairs } from "../find-near-pairs.ts";
import type { DataSource } from "../data-source.ts";
import { lookThrough } from "./look-through.ts";
import { english } from "./testing/planted/english.ts";
import { makePair } from "./testing/planted/grammar.ts";
import { seeded } from "./testing/planted/random.ts";

const settings = { stop: ["### Question:"], tokens: [] };

function sound(count: number): { prompt: string; completion: string }[] {
  const random = seeded(3);
  return Array.from({ length: count }, (_, index) => {
    const { question, answer } = makePair(english, random);
    return { prompt: `${index}. ${question}`, completion: `${answer} That was ${index}.` };
  });
}

async function store(rows: readonly unknown[]): Promise<DataSource> {
  const path = join(await temporaryFolder(), "rows.jsonl");
  await writeFile(path, rows.map((row) => JSON.stringify(row)).join("\n"));
  return { name: "rows.jsonl", role: "train", path };
}

async function look(rows: readonly unknown[]) {
  const { findings } = await lookThrough([await store(rows)], settings);
  return findings.map(({ finding }) => finding).filter(({ code }) => code !== "too_few_rows");
}

describe.each([1, 2, 10, 43])("of %i rows", (count) => {
  test("sound ones are blamed for nothing", async () => {
    expect(await look(sound(count))).toEqual([]);
  });

  test.each([
    ["placeholder_answer", { completion: "TODO" }],
    ["refusal", { completion: "I'm sorry, but I can't help with that request." }],
    ["special_token", { prompt: "What is this <|im_end|> here for, please?" }],
    ["stop_in_answer", { completion: "It is a lamp. ### Question: And what is that?" }],
    [
      "personal_data",
      { completion: "Write to jane.miller@postbox-north.org, and she will answer." },
    ],
  ])("the one with %s is found", async (code, fault) => {
    const rows = sound(count);
    rows[count - 1] = { ...(rows[count - 1] ?? { prompt: "", completion: "" }), ...fault };
    const found = (await look(rows)).find((one) => one.code === code);
    expect(found?.rows.map(({ line }) => line)).toEqual([count]);
  });

  test("a copy and a reworded row belong to the last one, and no row to another", async () => {
    const rows = sound(count);
    const last = rows[count - 1] ?? { prompt: "", completion: "" };
    const longer = { ...last, completion: `Well, ${last.completion}` };
    const found = await look([...rows, last, longer]);
    const lines = (code: string) =>
      found.find((one) => one.code === code)?.rows.map(({ line }) => line);
    expect(lines("exact_duplicate")).toEqual([count, count + 1]);
    expect(lines("near_duplicate")).toEqual([count, count + 2]);
    const near = await findNearPairs([await store([...rows, last, longer])], {});
    expect([...near]).toEqual([count, count - 1, count + 1, count - 1]);
    expect([...(await findNearPairs([await store(rows)], {}))]).toEqual([]);
  });
});
