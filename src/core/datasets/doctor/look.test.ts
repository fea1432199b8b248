import { join } from "node:path";
import { Readable } from "node:stream";
import { beforeAll, expect, test, vi } from "vitest";
import { createProject, updateProject } from "../../projects/projects.ts";
import { makePaperModel } from "../../testing/paper-model.ts";
import { temporaryFolder, temporaryWorkspace } from "../../testing/temporary-workspace.ts";
import { addDataFile } from "../data-files.ts";
import { createRowTables } from "../table/row-tables.ts";
import { lookForFindings } from "./look.ts";
import { readFindings } from "./report-store.ts";

beforeAll(() => {
  expect(process.env["TUNESMITH_PYTHON"], "the engine's Python").toBeTruthy();
});

test("rows longer than training and Ollama take, by the model's own tokens", async () => {
  const ws = await temporaryWorkspace();
  const model = await makePaperModel(join(await temporaryFolder(), "model"), {
    maxPositions: 8192,
  });
  const { slug } = await createProject(ws, { name: "Sky", model });
  const row = (index: number, words: number) => ({
    prompt: `What is number ${index}?`,
    completion: `${Array.from({ length: words }, (_, word) => `w${index}x${word}`).join(" ")}.`,
  });
  const rows = [
    ...Array.from({ length: 30 }, (_, index) => row(index, 3)),
    row(30, 4000),
    row(31, 500),
  ];
  const stream = Readable.from([rows.map((one) => `${JSON.stringify(one)}\n`).join("")]);
  await addDataFile(ws, slug, { name: "a.jsonl", role: "train", stream });
  await updateProject(ws, slug, { training_config: { max_length: 8192 } });

  const report = await lookForFindings(ws, slug);
  expect(report.tokensCounted).toBe(true);
  const of = (code: string) => report.findings.find((finding) => finding.code === code);
  expect(of("too_long")?.rows.map(({ line }) => line)).toEqual([31]);
  expect(of("too_long")?.params).toMatchObject({ rows: 1, limit: 8192 });
  expect(of("beyond_context")?.rows.map(({ line }) => line)).toEqual([32]);
  expect(of("num_ctx_below_max_length")?.params).toEqual({ context: 2048, length: 8192 });
  expect((await readFindings(ws, slug)).state).toBe("current");

  // Another setting that decides what is at fault makes the report stale.
  await updateProject(ws, slug, { modelfile_config: { num_ctx: 8192 } });
  expect((await readFindings(ws, slug)).state).toBe("stale");
  const again = await lookForFindings(ws, slug);
  expect(again.findings.map(({ code }) => code)).not.toContain("num_ctx_below_max_length");
}, 120_000);

test("once the table has counted all rows, every row that is too long is found", async () => {
  const ws = await temporaryWorkspace();
  const model = await makePaperModel(join(await temporaryFolder(), "model"));
  const { slug } = await createProject(ws, { name: "Sky", model });
  // More of them than the sample of the longest rows holds.
  const rows = Array.from({ length: 260 }, (_, index) => ({
    prompt: `What is number ${index}?`,
    completion: `${Array.from({ length: index < 230 ? 60 : 3 }, (_, at) => `w${index}x${at}`).join(" ")}.`,
  }));
  const stream = Readable.from([rows.map((one) => `${JSON.stringify(one)}\n`).join("")]);
  await addDataFile(ws, slug, { name: "a.jsonl", role: "train", stream });
  await updateProject(ws, slug, { training_config: { max_length: 128 } });
  const tables = createRowTables(ws);
  await vi.waitFor(async () => expect((await tables.summary(slug)).counts.state).toBe("done"), {
    timeout: 60_000,
    interval: 50,
  });
  await tables.close();
  const tooLong = async (code: string) => {
    const { findings } = await lookForFindings(ws, slug);
    return findings.find((finding) => finding.code === code)?.params["rows"];
  };
  expect(await tooLong("too_long")).toBe(230);
  await updateProject(ws, slug, { training_config: { excess_length_strategy: "truncate" } });
  expect(await tooLong("too_long_shortened")).toBe(230);
  expect(await tooLong("too_long")).toBeUndefined();
}, 120_000);

test("without the model the rows are looked through all the same", async () => {
  const ws = await temporaryWorkspace();
  const { slug } = await createProject(ws, { name: "Sky", model: "/nowhere/at/all" });
  const stream = Readable.from([`${JSON.stringify({ prompt: "Who?", completion: "TODO" })}\n`]);
  await addDataFile(ws, slug, { name: "a.jsonl", role: "train", stream });
  const report = await lookForFindings(ws, slug);
  expect(report.tokensCounted).toBe(false);
  expect(report.findings.map(({ code }) => code)).toEqual(["placeholder_answer", "too_few_rows"]);
});
