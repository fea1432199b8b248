import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { proofSchema, type Proof } from "#contract/ollama-proof.ts";
import {
  addDataFile,
  createProject,
  followEvents,
  openWorkspace,
  readProject,
  readRun,
  runFiles,
  startRun,
} from "#core/api.ts";
import type { Workspace } from "#core/api.ts";
import { lookForFindings } from "#core/datasets/doctor/look.ts";
import { dataSources } from "#core/datasets/data-files.ts";
import { applyFix } from "#core/datasets/versions/fix.ts";
import { startOllama, type TestOllama } from "#core/deploy/testing/ollama-server.ts";
import { updateSettings } from "#core/settings.ts";

const root = resolve(import.meta.dirname, "..");
const rows = join(root, "examples/formats/tool-calls.jsonl");

let server: TestOllama;
let ws: Workspace;
let folder: string;
let slug: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tunesmith-tools-"));
  [server] = await Promise.all([startOllama(), makeModel()]);
  ws = await openWorkspace({ home: join(folder, "home") });
  await updateSettings(ws, { ollamaAddress: server.address });
  const model = join(folder, "qwen2-own", "model");
  ({ slug } = await createProject(ws, { name: "Opening hours", model }));
  await addDataFile(ws, slug, { name: "tool-calls.jsonl", role: "train", path: rows });
}, 300_000);
afterAll(async () => {
  await server?.stop();
  await rm(folder, { recursive: true, force: true });
});

test("the example with tools is checked, trained and proven; rows that the doctor mends are equal", async () => {
  const before = await lookForFindings(ws, slug);
  const found = before.findings.find(({ code }) => code === "tool_definitions_differ");
  expect(found).toMatchObject({ count: 4, params: { ways: "fields in another order" } });

  const places = [1, 2].map((line) => ({ file: "tool-calls.jsonl", line }));
  const fix = { finding: "tool_definitions_differ", fix: "write_tools" } as const;
  await applyFix(ws, slug, { ...fix, rows: places });
  const proof = await trainedProof();
  expect(proof).toMatchObject({ proven: true, toolRows: 4, toolProof: { equal: 2, total: 4 } });
  const differing = proof.toolProof?.differing ?? [];
  expect(differing.map(({ id }) => id).sort()).toEqual([
    "tool-calls.jsonl:3",
    "tool-calls.jsonl:4",
  ]);
  for (const { id, causes, difference } of differing) {
    expect(causes.map(({ code }) => code)).toEqual(["tool_fields_reordered"]);
    expect(difference).toMatchObject({ kind: "prompt", conversation: id });
    expect(difference.expected?.id).not.toBe(difference.got?.id);
  }

  await lookForFindings(ws, slug);
  await applyFix(ws, slug, fix);
  const after = await lookForFindings(ws, slug);
  expect(after.findings.filter(({ code }) => code.startsWith("tool_"))).toEqual([]);
  // The file itself stays as it is.
  const { path = "" } = dataSources(ws, await readProject(ws, slug))[0] ?? {};
  expect(await readFile(path, "utf8")).toBe(await readFile(rows, "utf8"));
}, 300_000);

/** What a run's real Ollama was asked and gave. */
async function trainedProof(): Promise<Proof> {
  const overrides = {
    training_config: { num_train_epochs: 1 },
    quantization_config: { output_quantization: "f16" },
  };
  const { id } = await startRun(ws, slug, { overrides });
  for await (const event of followEvents(ws, slug, id)) void event;
  const { state } = await readRun(ws, slug, id);
  expect(state).toMatchObject({ status: "finished", error: null });
  const { folder: run } = await runFiles(ws, slug, id);
  return proofSchema.parse(JSON.parse(await readFile(join(run, "ollama-proof.json"), "utf8")));
}

/** A tiny random model with the template of a published one that knows tools. */
async function makeModel(): Promise<void> {
  const script = join(root, "src/core/deploy/testing/make-family.py");
  const { TUNESMITH_PYTHON: python = "", TUNESMITH_LLAMA: llama } = process.env;
  expect(python, "the engine's Python").not.toBe("");
  expect(llama, "the engine's llama.cpp").toBeTruthy();
  const env = { ...process.env, PYTHONPATH: join(root, "trainer"), PYTHONUTF8: "1" };
  await promisify(execFile)(python, [script, "make", folder, "f16", "qwen2-own"], { env });
}
