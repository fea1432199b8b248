import { readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { afterEach, beforeAll, expect, test, vi } from "vitest";
import { createProject, readProject, updateProject } from "../../projects/projects.ts";
import { planRun } from "../../runs/start-run.ts";
import { makePaperModel } from "../../testing/paper-model.ts";
import { temporaryFolder, temporaryWorkspace } from "../../testing/temporary-workspace.ts";
import type { Workspace } from "../../workspace.ts";
import { addDataFile } from "../data-files.ts";
import { removeDataFile } from "../removed-files.ts";
import { createRowTables } from "./row-tables.ts";
import { knownRows } from "./table-file.ts";
import type { RowTables, ShownRow } from "./row-tables.ts";

beforeAll(() => {
  expect(process.env["TUNESMITH_PYTHON"], "the engine's Python").toBeTruthy();
});

let tables: RowTables | undefined;
afterEach(() => tables?.close());

async function projectWith(lines: (object | string)[], maxPositions = 2048) {
  const ws = await temporaryWorkspace();
  const model = await makePaperModel(join(await temporaryFolder(), "model"), { maxPositions });
  const { slug } = await createProject(ws, { name: "Sky", model });
  await add(ws, slug, "a.jsonl", lines);
  tables = createRowTables(ws);
  return { ws, slug, model, tables };
}

async function add(ws: Workspace, slug: string, name: string, lines: (object | string)[]) {
  const text = lines.map((line) => (typeof line === "string" ? line : JSON.stringify(line)));
  const stream = Readable.from([`${text.join("\n")}\n`]);
  await addDataFile(ws, slug, { name, role: name.startsWith("check") ? "check" : "train", stream });
}

const row = (number: number, answer = "Blue.") => ({
  prompt: `What is number ${number}?`,
  completion: answer,
});
const all = { offset: 0, limit: 100 };
const settled = (slug: string) =>
  vi.waitFor(
    async () => {
      const summary = await tables?.summary(slug);
      expect(summary?.counts.state).toBe("done");
      return summary;
    },
    { timeout: 20_000, interval: 50 },
  );

type Tokens = Exclude<ShownRow, { error: unknown }>;
const learned = ({ ids, labels, pieces }: Tokens) => {
  const at = labels.map((label, index) => {
    expect([-100, ids[index]]).toContain(label);
    return label !== -100;
  });
  return pieces.filter((_, index) => at[index]).join("");
};

test("a list tells how many rows were read, and reads none itself", async () => {
  const { ws, slug, tables } = await projectWith([row(1), row(2), "{broken"]);
  const known = async () => await knownRows(ws, await readProject(ws, slug));
  expect(await known()).toBeNull();
  await tables.page(slug, {}, all);
  expect(await known()).toBe(3);
  await add(ws, slug, "b.jsonl", [row(3)]);
  expect(await known()).toBeNull();
  await removeDataFile(ws, slug, "a.jsonl");
  await removeDataFile(ws, slug, "b.jsonl");
  expect(await known()).toBe(0);
});

test("any part of the table comes with each row's use, reason and tokens", async () => {
  const lines = Array.from({ length: 60 }, (_, index) => row(index));
  const { slug, tables } = await projectWith([...lines, '{"broken', row(60, ""), row(61)]);
  const summary = await settled(slug);
  expect(summary).toMatchObject({ reading: null, checkSource: "split", ledger: { rows: 63 } });
  const { train, check, leftOut } = summary?.ledger ?? { train: 0, check: 0, leftOut: 0 };
  expect([train + check, leftOut]).toEqual([61, 2]);

  const page = await tables.page(slug, {}, { offset: 58, limit: 4 });
  expect(page).toMatchObject({ total: 63, reading: null });
  expect(page.rows.map(({ number, line, tokens }) => [number, line, tokens !== null])).toEqual([
    [59, 59, true],
    [60, 60, true],
    [61, 61, false],
    [62, 62, false],
  ]);
  expect(page.rows[2]).toMatchObject({
    use: "left_out",
    reason: { code: "row_json" },
    content: null,
  });
  const counts = { train, check, left_out: leftOut } as const;
  for (const use of ["train", "check", "left_out"] as const) {
    const { total, rows } = await tables.page(slug, { use }, all);
    expect([use, total]).toEqual([use, counts[use]]);
    expect(new Set(rows.map((one) => one.use))).toEqual(new Set([use]));
  }
  const broken = await tables.page(slug, { reason: "row_json" }, all);
  expect(broken.rows.map(({ number }) => number)).toEqual([61]);
  const found = await tables.page(slug, { search: "NUMBER 4?" }, all);
  expect(found.rows.map(({ number }) => number)).toEqual([5]);
  const beyond = await tables.page(slug, {}, { offset: 1000, limit: 5 });
  expect([beyond.total, beyond.rows.length]).toEqual([63, 0]);
});

test("rows that are too long are shortened as in the plan where that is chosen, and shown so", async () => {
  const lines = Array.from({ length: 30 }, (_, index) => row(index));
  const long = JSON.stringify({ instruction: `${"word ".repeat(90)}Why?`, output: "So." });
  const { ws, slug, tables } = await projectWith(
    [...lines, long, row(31, "word ".repeat(90))],
    256,
  );
  await updateProject(ws, slug, { training_config: { excess_length_strategy: "truncate" } });
  const summary = await settled(slug);
  const plan = await planRun(ws, slug);
  expect(summary?.ledger).toEqual(plan.ledger);
  expect(summary?.ledger).toMatchObject({ shortened: 1, reasons: { row_answer_too_long: 1 } });
  const { rows } = await tables.page(slug, { reason: "row_shortened_start" }, all);
  expect(rows.map(({ line }) => line)).toEqual([31]);
  const [shown] = await tables.preview(slug, { offset: 30, limit: 1 });
  const tokens = Number(rows[0]?.reason?.params["tokens"]);
  if (!shown || "error" in shown) throw new Error("the row is not shown");
  expect(shown.ids).toHaveLength(tokens);
  expect(shown.pieces.join("")).toContain("Why?");
  expect(summary?.counts.longest).toBeLessThanOrEqual(256);

  await updateProject(ws, slug, { training_config: { excess_length_strategy: "drop" } });
  const whole = (await planRun(ws, slug)).ledger;
  expect(whole.reasons).toEqual({ row_too_long: 2 });
  await vi.waitFor(
    async () => {
      expect(await tables.summary(slug)).toMatchObject({
        ledger: whole,
        counts: { state: "done" },
      });
    },
    { timeout: 20_000, interval: 50 },
  );
});

test("rows that the model cannot take are left out as in the plan, once tokens are counted", async () => {
  const lines = Array.from({ length: 30 }, (_, index) => row(index));
  const long = row(30, "word ".repeat(60));
  const control = row(31, "<|im_end|> is a mark");
  const { ws, slug, tables } = await projectWith([...lines, long, control], 256);
  const summary = await settled(slug);
  const plan = await planRun(ws, slug);
  expect(summary?.ledger).toEqual(plan.ledger);
  expect(summary?.counts.limit).toBe(256);
  expect(summary?.counts.tokens).toBeGreaterThan(plan.spec.plan.tokens);
  expect(summary?.ledger.reasons).toEqual({ row_too_long: 1, row_control_token: 1 });
  const out = await tables.page(slug, { use: "left_out" }, all);
  expect(out.rows.map(({ line, reason }) => [line, reason?.code])).toEqual([
    [31, "row_too_long"],
    [32, "row_control_token"],
  ]);
  expect(out.rows[0]?.tokens).toBeGreaterThan(256);

  await updateProject(ws, slug, { training_config: { max_length: 128 } });
  const smaller = (await planRun(ws, slug)).ledger;
  await vi.waitFor(
    async () => {
      const summary = await tables.summary(slug);
      expect(summary).toMatchObject({ ledger: smaller, counts: { state: "done", limit: 128 } });
    },
    { timeout: 20_000, interval: 50 },
  );
});

test("counts are those of the preview, and both follow the settings", async () => {
  const { ws, slug, tables } = await projectWith([
    row(1),
    {
      messages: [
        { role: "system", content: "Be brief." },
        { role: "user", content: "And at night? 🌙" },
        { role: "assistant", content: "Black." },
        { role: "user", content: "Twice?" },
        { role: "assistant", content: "Schwärzer." },
      ],
    },
  ]);
  const check = async () => {
    await settled(slug);
    const { rows } = await tables.page(slug, {}, all);
    const shown = (await tables.preview(slug, {})) as Tokens[];
    expect(rows.map(({ tokens }) => tokens)).toEqual(shown.map(({ ids }) => ids.length));
    expect(rows.map(({ supervised }) => supervised)).toEqual(
      shown.map(({ labels }) => labels.filter((label) => label !== -100).length),
    );
    return shown as [Tokens, Tokens];
  };
  const [plain] = await check();
  await updateProject(ws, slug, { modelfile_config: { system: "--help me" } });
  const [first, second] = await check();
  expect(plain.ids).not.toEqual(first.ids);
  expect(first.pieces.join("")).toBe(
    "<|im_start|>system\n--help me<|im_end|>\n<|im_start|>user\nWhat is number 1?<|im_end|>\n" +
      "<|im_start|>assistant\nBlue.<|im_end|>",
  );
  expect(learned(first)).toBe("Blue.<|im_end|>");
  expect(second.pieces.join("")).toContain("system\nBe brief.<|im_end|>");
  expect(second.pieces.join("")).toContain("🌙");
  expect(learned(second)).toBe("Black.<|im_end|>Schwärzer.<|im_end|>");

  await updateProject(ws, slug, { training_config: { train_on: "everything" } });
  const [whole] = await check();
  // Nothing comes before the first token from which it could be told.
  expect(learned(whole)).toBe(whole.pieces.slice(1).join(""));
});

test("the preview tells why the model cannot take a row, and shows the others", async () => {
  const { slug, tables } = await projectWith([
    { prompt: "What is <|im_end|>?", completion: "A mark." },
    '{"broken',
    row(2),
  ]);
  expect(await tables.preview(slug, {})).toMatchObject([
    {
      id: "a.jsonl:1",
      error: {
        code: "row_control_token",
        params: { file: "a.jsonl", line: 1, token: "<|im_end|>" },
      },
    },
    { id: "a.jsonl:3" },
  ]);
  expect(await tables.preview(slug, { offset: 3 })).toEqual([]);
  expect(await tables.preview(slug, { file: "a.jsonl", offset: 2 })).toMatchObject([
    { id: "a.jsonl:3" },
  ]);
  await expect(tables.preview(slug, { file: "b.jsonl" })).rejects.toMatchObject({
    code: "not_found",
  });
});

test("the table follows its files, and keeps nothing of older ones", async () => {
  const { ws, slug, tables } = await projectWith([row(1)]);
  await settled(slug);
  await add(ws, slug, "check.jsonl", [row(2), row(1)]);
  expect(await settled(slug)).toMatchObject({
    checkSource: "file",
    ledger: { rows: 3, train: 0, check: 2, leftOut: 1, reasons: { row_in_check: 1 } },
  });
  await removeDataFile(ws, slug, "check.jsonl");
  expect(await settled(slug)).toMatchObject({ checkSource: "none", ledger: { rows: 1, train: 1 } });
  expect(await readdir(join(ws.home, "cache", "rows"))).toHaveLength(1);
  // Kept from the last time, and what is no store is made anew.
  const [file = ""] = await readdir(join(ws.home, "cache", "rows"));
  await tables.close();
  await writeFile(join(ws.home, "cache", "rows", file), "not a store");
  const again = createRowTables(ws);
  expect(await again.page(slug, {}, all)).toMatchObject({ total: 1 });
  await again.close();
});

test("without a model or an engine the table stands, and says why nothing is counted", async () => {
  const { slug, model, tables } = await projectWith([row(1), row(2)]);
  await rm(model, { recursive: true });
  const summary = await tables.summary(slug);
  expect(summary).toMatchObject({
    ledger: { rows: 2 },
    counts: { state: "unavailable", error: { code: "model_not_found" }, limit: null },
  });
  const { rows } = await tables.page(slug, {}, all);
  expect(rows.map(({ tokens, content }) => [tokens, content?.messages.length])).toEqual([
    [null, 2],
    [null, 2],
  ]);
  await expect(tables.preview(slug, {})).rejects.toMatchObject({ code: "model_not_found" });
});
