import { appendFile, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeEach, expect, test, vi } from "vitest";
import { listQueue } from "../runs/queue-entries.ts";
import { temporaryWorkspace } from "../testing/temporary-workspace.ts";
import type { Workspace } from "../workspace.ts";
import { passportFile, readPassport, sealPassport } from "./passport.ts";
import { compareReproduction, originOf, reproduceRun } from "./reproduce.ts";
import { makeFinishedRun, runId } from "./testing/finished-run.ts";
import { verifyRun } from "./verify.ts";

// A reproduction is queued and would start a real runner.
vi.mock("../runs/spawn-runner.ts", () => ({ spawnRunner: () => undefined }));

let ws: Workspace;
beforeEach(async () => {
  ws = await temporaryWorkspace();
});

const wrong = async (): Promise<string[]> => {
  const { checks } = await verifyRun(ws, "sky", runId);
  return checks
    .filter(({ kind, state }) => (kind === "frozen" || kind === "output") && state !== "equal")
    .map(({ name, state }) => `${name} ${state}`);
};

test("a finished run is equal to its passport, down to its checkpoints", async () => {
  await makeFinishedRun(ws);
  const progress: number[] = [];
  const result = await verifyRun(ws, "sky", runId, {
    onProgress: ({ done, total }) => void progress.push(done / total),
  });
  expect(result).toMatchObject({ equal: true, sealed: true });
  expect(result.checks.map(({ name }) => name)).toEqual(
    expect.arrayContaining([
      "config",
      "data/train.jsonl",
      "base",
      "adapter/adapter_model.safetensors",
      "gguf/model-q8_0.gguf",
      "Modelfile",
      "checkpoints/step-000002/state.pt",
      "code",
    ]),
  );
  expect(progress.at(-1)).toBe(1);
});

test("it names all that a result hangs on: data, base, config, environment, code, seeds, outputs", async () => {
  await makeFinishedRun(ws);
  const hash = expect.stringMatching(/^[0-9a-f]{64}$/);
  const passport = await readPassport(ws, "sky", runId);
  expect(passport).toMatchObject({
    config: hash,
    data: { train: hash, check: hash },
    base: { sha256: hash },
    environment: { versions: expect.any(Object) },
    code: { version: expect.any(String), sha256: hash },
    seeds: { training: expect.any(Number) },
  });
  const outputs = new Map(passport?.outputs.map(({ path, sha256 }) => [path, sha256]));
  for (const path of ["adapter/adapter_model.safetensors", "gguf/model-q8_0.gguf", "Modelfile"]) {
    expect(outputs.get(path), path).toEqual(hash);
  }
});

test.each([
  ["data/train.jsonl", "data/train.jsonl differs"],
  ["adapter/adapter_model.safetensors", "adapter/adapter_model.safetensors differs"],
  ["gguf/model-q8_0.gguf", "gguf/model-q8_0.gguf differs"],
  ["checkpoints/step-000002/state.pt", "checkpoints/step-000002/state.pt differs"],
])("one byte more in %s is found", async (file, fault) => {
  const { folder } = await makeFinishedRun(ws);
  await appendFile(join(folder, file), "x");
  expect(await wrong()).toEqual([fault]);
});

test("a changed base, a missing output and a changed setting are found", async () => {
  const { folder, base, spec } = await makeFinishedRun(ws);
  await appendFile(join(base, "model.safetensors"), "x");
  await rm(join(folder, "Modelfile"));
  const training = { ...spec.training, learning_rate: 0.5 };
  await writeFile(join(folder, "run.json"), JSON.stringify({ ...spec, training }));
  expect(await wrong()).toEqual(["config differs", "base differs", "Modelfile missing"]);
});

test("what names a run or says where its base lies is no part of its config", async () => {
  const { folder, spec } = await makeFinishedRun(ws);
  const moved = { ...spec, number: 9, model: { ...spec.model, path: spec.model.path } };
  await writeFile(join(folder, "run.json"), JSON.stringify(moved, null, 2));
  expect(await wrong()).toEqual([]);
});

test("an unfinished run is checked as far as it is", async () => {
  const { folder } = await makeFinishedRun(ws, { status: "cancelled" });
  expect(await verifyRun(ws, "sky", runId)).toMatchObject({ equal: true, sealed: false });
  await appendFile(join(folder, "checkpoints/step-000002/state.pt"), "x");
  expect(await wrong()).toEqual(["checkpoints/step-000002/state.pt differs"]);
});

test("a run from before there were passports is held against its own records", async () => {
  const { folder } = await makeFinishedRun(ws);
  await rm(passportFile(folder));
  expect((await readPassport(ws, "sky", runId)).outputs).toEqual([]);
  const sha256 = "0".repeat(64);
  const proof = {
    stamp: { adapter: sha256 },
    final: { file: "model-q8_0.gguf", bytes: 7, sha256 },
  };
  await writeFile(join(folder, "gguf/proof.json"), JSON.stringify(proof));
  expect(await wrong()).toEqual([
    "adapter/adapter_model.safetensors differs",
    "gguf/model-q8_0.gguf differs",
  ]);
});

test("a passport that someone wrote cannot point out of the run", async () => {
  const { folder } = await makeFinishedRun(ws);
  const passport = await readPassport(ws, "sky", runId);
  const outputs = [{ path: "../../../settings.json", bytes: 1, sha256: "0".repeat(64) }];
  await writeFile(passportFile(folder), JSON.stringify({ ...passport, outputs }));
  await expect(verifyRun(ws, "sky", runId)).rejects.toMatchObject({ code: "path_refused" });
  await writeFile(passportFile(folder), JSON.stringify({ ...passport, schemaVersion: 2 }));
  await expect(verifyRun(ws, "sky", runId)).rejects.toMatchObject({ code: "file_too_new" });
});

test("a reproduction has the same frozen parts, and says what it repeats", async () => {
  const { spec } = await makeFinishedRun(ws);
  const again = await reproduceRun(ws, "sky", runId);
  expect(again).toMatchObject({ number: 2, targetName: spec.targetName, training: spec.training });
  expect(await listQueue(ws)).toMatchObject([{ slug: "sky", id: again.id }]);
  const folder = join(ws.home, "projects/sky/runs", again.id);
  expect(await originOf(folder)).toEqual({ project: "sky", id: runId, number: 1 });
  expect(await readFile(join(folder, "data/train.jsonl"), "utf8")).toContain("Hi");
  const [first, second] = [
    await readPassport(ws, "sky", runId),
    await readPassport(ws, "sky", again.id),
  ];
  expect(second.config).toBe(first.config);
  await expect(compareReproduction(ws, "sky", again.id)).rejects.toMatchObject({
    code: "passport_unfinished",
  });
});

test("a reproduction is equal where its adapter is, and else what differs is named", async () => {
  await makeFinishedRun(ws);
  const id = "20261122-110000-bbbb";
  const { folder, spec } = await makeFinishedRun(ws, { id, number: 2 });
  await expect(compareReproduction(ws, "sky", id)).rejects.toMatchObject({ code: "not_found" });
  const origin = { schemaVersion: 1, run: { project: "sky", id: runId, number: 1 } };
  await writeFile(join(folder, "reproduces.json"), JSON.stringify(origin));
  const same = await compareReproduction(ws, "sky", id);
  expect(same).toMatchObject({ equal: true, run: { id }, of: { id: runId }, differences: [] });

  await writeFile(join(folder, "adapter/adapter_model.safetensors"), "learned otherwise");
  const passport = await sealPassport(folder, spec);
  const versions = { torch: "9" };
  const environment = { ...passport.environment, versions };
  await writeFile(passportFile(folder), JSON.stringify({ ...passport, environment }));
  const other = await compareReproduction(ws, "sky", id);
  expect(other.equal).toBe(false);
  expect(other.outputs.filter(({ state }) => state === "differs")).toMatchObject([
    { name: "adapter/adapter_model.safetensors" },
  ]);
  expect(other.differences).toMatchObject([{ name: "torch", found: "9" }]);
});

test("only a finished run that is still what it was made from is reproduced", async () => {
  const { base } = await makeFinishedRun(ws);
  await appendFile(join(base, "model.safetensors"), "x");
  await expect(reproduceRun(ws, "sky", runId)).rejects.toMatchObject({
    code: "passport_differs",
    params: { name: "base" },
  });
  const id = "20261122-110000-bbbb";
  await makeFinishedRun(ws, { id, number: 2, status: "cancelled" });
  await expect(reproduceRun(ws, "sky", id)).rejects.toMatchObject({ code: "passport_unfinished" });
  expect(await listQueue(ws)).toEqual([]);
});
