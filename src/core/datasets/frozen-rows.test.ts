import { createHash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { LedgerEntry, Row } from "#contract/dataset.ts";
import { AppError } from "#contract/errors.ts";
import { temporaryFolder } from "../testing/temporary-workspace.ts";
import { freezeRows } from "./frozen-rows.ts";
import type { DataSource } from "./data-source.ts";

const row = (n: number, system?: string) =>
  JSON.stringify({ prompt: `Q${n}`, completion: `A${n}`, ...(system && { system }) });
const many = (count: number, from = 0) => Array.from({ length: count }, (_, i) => row(from + i));

async function freeze(
  files: Record<string, string[]>,
  options: Partial<Parameters<typeof freezeRows>[2]> = {},
) {
  const folder = await temporaryFolder();
  const sources: DataSource[] = [];
  for (const [name, lines] of Object.entries(files)) {
    const path = join(folder, name);
    await writeFile(path, lines.join("\n"));
    sources.push({ name, path, role: name.startsWith("check") ? "check" : "train" });
  }
  const frozen = await freezeRows(folder, sources, { seed: 42, ...options });
  const read = async <T>(name: string): Promise<T[]> =>
    (await readFile(join(folder, "data", name), "utf8"))
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line) as T);
  const [train, check] = [await read<Row>("train.jsonl"), await read<Row>("check.jsonl")];
  return { folder, frozen, train, check, ledger: await read<LedgerEntry>("ledger.jsonl") };
}

test("rows, ledger and counts add up, and the hashes are those of the files", async () => {
  const { folder, frozen, train, check, ledger } = await freeze({ "a.jsonl": [...many(40), "{"] });
  expect(frozen.ledger).toMatchObject({ rows: 41, train: 32, check: 8, leftOut: 1 });
  expect(frozen.checkSource).toBe("split");
  expect([train.length, check.length, ledger.length]).toEqual([32, 8, 41]);
  const ids = [...train, ...check].map(({ id }) => id);
  expect(new Set(ids).size).toBe(40);
  expect(ledger.filter(({ outcome }) => outcome === "check").map(({ line }) => line)).toEqual(
    check.map(({ line }) => line),
  );
  for (const side of ["train", "check"] as const) {
    const bytes = await readFile(join(folder, "data", `${side}.jsonl`));
    expect(frozen[`${side}Sha256`]).toBe(createHash("sha256").update(bytes).digest("hex"));
  }
});

test("the served system prompt goes into rows that bring none; others are counted", async () => {
  const lines = [row(1), row(2, "Be kind."), row(3, "Be brief.")];
  const { frozen, train } = await freeze({ "a.jsonl": lines }, { system: "Be kind." });
  expect(train.map(({ messages }) => messages[0])).toEqual([
    { role: "system", content: "Be kind." },
    { role: "system", content: "Be kind." },
    { role: "system", content: "Be brief." },
  ]);
  expect(frozen).toMatchObject({ systemAdded: 1, systemDiffers: 1 });
  const without = await freeze({ "a.jsonl": lines });
  expect(without.train[0]?.messages[0]?.role).toBe("user");
  expect(without.frozen).toMatchObject({ systemAdded: 0, systemDiffers: 2 });
});

test("the split does not depend on the system prompt", async () => {
  const files = { "a.jsonl": many(60) };
  const lines = (result: Awaited<ReturnType<typeof freeze>>) =>
    result.check.map(({ line }) => line);
  expect(lines(await freeze(files, { system: "X" }))).toEqual(lines(await freeze(files)));
});

test("a check file is the check set; its rows are left out of training", async () => {
  const { frozen, train, check, ledger } = await freeze({
    "a.jsonl": many(40),
    "check.jsonl": [row(5), row(100), "["],
  });
  expect(frozen).toMatchObject({ checkSource: "file", overlap: 1, checkEmptied: false });
  expect(check.map(({ id }) => id)).toEqual(["check.jsonl:1", "check.jsonl:2"]);
  expect(train).toHaveLength(39);
  expect(ledger.find(({ file, line }) => file === "a.jsonl" && line === 6)).toMatchObject({
    outcome: "left_out",
    reason: { code: "row_in_check" },
  });
});

test("a check file without a usable row leaves nothing to check on, and training whole", async () => {
  const { frozen, train } = await freeze({ "a.jsonl": many(40), "check.jsonl": ["{}"] });
  expect(frozen).toMatchObject({ checkSource: "none", checkEmptied: true });
  expect(train).toHaveLength(40);
});

test("copies are counted and stay on one side", async () => {
  const { frozen, train, check } = await freeze({ "a.jsonl": [...many(40), ...many(40)] });
  expect(frozen.duplicates).toBe(40);
  const texts = (list: Row[]) => new Set(list.map(({ messages }) => messages[0]?.content));
  expect([...texts(train)].filter((text) => texts(check).has(text))).toEqual([]);
  expect(check.length).toBeGreaterThanOrEqual(8);
});

test("rows that the model cannot take are left out with its reason", async () => {
  const reason = new AppError("row_template", { file: "a.jsonl", line: 2, detail: "no" }).toBody();
  const rejected = new Map([["a.jsonl:2", reason]]);
  const { frozen, train } = await freeze({ "a.jsonl": many(3) }, { rejected });
  expect(train.map(({ line }) => line)).toEqual([1, 3]);
  expect(frozen.ledger).toMatchObject({ leftOut: 1, reasons: { row_template: 1 } });
});
