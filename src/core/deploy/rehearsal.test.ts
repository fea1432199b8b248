import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { AppError } from "#contract/errors.ts";
import { findOllama, type Ollama } from "./find.ts";
import { goldenSchema, readLines } from "./golden.ts";
import { listModels } from "./models.ts";
import { parseModelName } from "./name.ts";
import { rehearseInOllama, rehearseOnce, type RehearsalKey } from "./rehearsal.ts";
import { startOllama, type TestOllama } from "./testing/ollama-server.ts";
import { makeTinyModel, tokeniseTiny, type TinyModelOptions } from "./testing/tiny-model.ts";

// On cores that others use too, a model takes many times longer to load and to answer.
vi.setConfig({ testTimeout: 120_000 });

let server: TestOllama;
let ollama: Ollama;
beforeAll(async () => {
  server = await startOllama();
  ollama = await findOllama({ setting: server.address });
});
afterAll(() => server?.stop());

describe("a rehearsal that passed", () => {
  let home: string;
  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), "tunesmith-rehearsal-"));
    return () => rm(home, { recursive: true, force: true });
  });
  const key: RehearsalKey = {
    modelSha256: "m",
    templateSha256: "t",
    converter: "3.22.1",
    ollamaVersion: "0.34.1",
    format: "q8_0",
  };

  test("runs once, and again after any change of what it depends on", async () => {
    let runs = 0;
    const rehearse = async (changed: Partial<RehearsalKey> = {}): Promise<boolean> =>
      (await rehearseOnce(home, { ...key, ...changed }, async () => void (runs += 1))).cached;
    expect(await rehearse()).toBe(false);
    expect(await rehearse()).toBe(true);
    const changes: Partial<RehearsalKey>[] = [
      { modelSha256: "other" },
      { templateSha256: "other" },
      { converter: "3.22.2" },
      { ollamaVersion: "0.35.0" },
      { ollamaVersion: null },
      { format: "q4_k_m" },
    ];
    for (const change of changes) {
      expect(await rehearse(change)).toBe(false);
      expect(await rehearse(change)).toBe(true);
    }
    expect(await rehearse()).toBe(true);
    expect(runs).toBe(1 + changes.length);
  });

  test("is remembered, one that failed is not", async () => {
    const failure = new AppError("internal", { detail: "x" });
    const failing = rehearseOnce(home, key, () => Promise.reject(failure));
    await expect(failing).rejects.toBe(failure);
    expect(await rehearseOnce(home, key, async () => undefined)).toEqual({ cached: false });
  });
});

describe("in the real Ollama", () => {
  async function rehearse(options: TinyModelOptions): Promise<void> {
    const tiny = await makeTinyModel(options);
    await rehearseInOllama({
      ollama,
      name: parseModelName("sky"),
      mark: "rehearsal-1",
      gguf: tiny.gguf,
      settings: { parameters: { num_ctx: 2048 }, system: "You are a helpful assistant." },
      golden: await readLines(tiny.golden, goldenSchema),
      tokenise: (texts) => tokeniseTiny(tiny, texts),
    });
  }

  test("it passes, in little time, and leaves nothing behind", async () => {
    const start = performance.now();
    await rehearse({});
    expect(performance.now() - start).toBeLessThan(20_000);
    expect(await listModels(server.address)).toEqual([]);
  });

  test("it says why it fails, and leaves nothing behind", async () => {
    await expect(rehearse({ embed: "thinking", train: "thinking" })).rejects.toMatchObject({
      code: "ollama_cause_thinking_switch",
    });
    await expect(rehearse({ embed: "extra-newline" })).rejects.toMatchObject({
      code: "ollama_prompt_differs",
    });
    expect(await listModels(server.address)).toEqual([]);
  });
});
