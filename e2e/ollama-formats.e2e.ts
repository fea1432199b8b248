import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  addDataFile,
  applyPreset,
  createProject,
  followEvents,
  openWorkspace,
  readRun,
  runFiles,
  startRun,
} from "#core/api.ts";
import type { Workspace } from "#core/api.ts";
import { startOllama, type TestOllama } from "#core/deploy/testing/ollama-server.ts";
import { updateSettings } from "#core/settings.ts";

const example = resolve(import.meta.dirname, "../examples/lighthouses");

let server: TestOllama;
let ws: Workspace;
let slug: string;

beforeAll(async () => {
  server = await startOllama();
  ws = await openWorkspace({ home: await mkdtemp(join(tmpdir(), "tunesmith-formats-")) });
  await updateSettings(ws, { ollamaAddress: server.address });
  ({ slug } = await createProject(ws, { name: "Lighthouses" }));
  await applyPreset(ws, slug, "small_data");
  for (const role of ["train", "check"] as const) {
    const name = `${role}.jsonl`;
    await addDataFile(ws, slug, { name, role, path: join(example, name) });
  }
});
afterAll(async () => {
  await server?.stop();
  await rm(ws.home, { recursive: true, force: true });
});

test.each(["f16", "q8_0", "q4_k_m"])(
  "the practice run's model as %s is proven in the real Ollama, and knows what it was taught",
  async (format) => {
    const overrides = { quantization_config: { output_quantization: format } };
    const { id } = await startRun(ws, slug, { overrides });
    for await (const event of followEvents(ws, slug, id)) void event;
    const { state, report } = await readRun(ws, slug, id);
    expect(state).toMatchObject({ status: "finished", error: null });
    expect(report?.gguf?.format).toBe(format);
    expect(report?.gguf?.exactMatch).toBeGreaterThanOrEqual(0.9);
    const { folder } = await runFiles(ws, slug, id);
    const proof: unknown = JSON.parse(await readFile(join(folder, "ollama-proof.json"), "utf8"));
    expect(proof).toMatchObject({ proven: true, firstDifference: null });
  },
  300_000,
);
