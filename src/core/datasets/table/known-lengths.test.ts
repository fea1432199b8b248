import { truncate } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { gzipSync } from "node:zlib";
import { beforeAll, expect, test, vi } from "vitest";
import { createProject, readProject, updateProject } from "../../projects/projects.ts";
import { makePaperModel } from "../../testing/paper-model.ts";
import { temporaryFolder, temporaryWorkspace } from "../../testing/temporary-workspace.ts";
import { addDataFile, dataSources } from "../data-files.ts";
import { lookForFindings } from "../doctor/look.ts";
import { applyFix } from "../versions/fix.ts";
import { knownLengths } from "./known-lengths.ts";
import { createRowTables } from "./row-tables.ts";

beforeAll(() => {
  expect(process.env["TUNESMITH_PYTHON"], "the engine's Python").toBeTruthy();
});

const row = (name: string, words: number) => ({
  prompt: `What is ${name}?`,
  completion: `${Array.from({ length: words }, (_, at) => `${name}w${at}`).join(" ")}.`,
});

test("a length belongs to its row, whatever a version, broken rows and broken files do", async () => {
  const ws = await temporaryWorkspace();
  const model = await makePaperModel(join(await temporaryFolder(), "model"));
  const { slug } = await createProject(ws, { name: "Sky", model });
  const add = async (name: string, text: string | Buffer) => {
    await addDataFile(ws, slug, { name, role: "train", stream: Readable.from([text]) });
  };
  const lines = (...rows: (object | string)[]) =>
    rows.map((one) => `${typeof one === "string" ? one : JSON.stringify(one)}\n`).join("");
  const todo = { prompt: "What is missing?", completion: "TODO" };
  const marked = { ...row("marked", 4), prompt: "What is <|im_start|> here?" };
  await add("a.jsonl", lines(todo, row("a2", 3), "{broken", row("a4", 90), todo, marked));
  await add("broken.jsonl.gz", gzipSync(lines(row("b1", 5), row("b2", 95))));
  await add("z.jsonl", lines(row("z1", 80), todo, row("z3", 3), row("z4", 85)));
  await updateProject(ws, slug, { training_config: { max_length: 128 } });
  const { path = "" } = dataSources(ws, await readProject(ws, slug))[1] ?? {};
  await truncate(path, 40);
  await lookForFindings(ws, slug);
  await applyFix(ws, slug, { finding: "placeholder_answer", fix: "leave_out" });
  await lookForFindings(ws, slug);
  await applyFix(ws, slug, { finding: "special_token", fix: "remove_tokens" });

  const tables = createRowTables(ws);
  await vi.waitFor(async () => expect((await tables.summary(slug)).counts.state).toBe("done"), {
    timeout: 60_000,
    interval: 50,
  });
  const { rows } = await tables.page(slug, {}, { offset: 0, limit: 100 });
  await tables.close();
  expect(rows).toHaveLength(10);
  const looked = rows.filter(({ reason }) => reason?.code !== "row_fixed_away");
  const lengths = await knownLengths(ws, await readProject(ws, slug));
  expect([...(lengths ?? [])]).toEqual(looked.map(({ tokens }) => tokens ?? 0));

  const { findings } = await lookForFindings(ws, slug);
  const found = findings.find(({ code }) => code === "too_long");
  expect(found?.rows.map(({ file, line }) => `${file}:${line}`)).toEqual([
    "a.jsonl:4",
    "z.jsonl:1",
    "z.jsonl:4",
  ]);
}, 120_000);
