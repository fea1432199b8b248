import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { findOllama, type Ollama } from "./find.ts";
import { goldenSchema, readLines } from "./golden.ts";
import { listModels } from "./models.ts";
import { parseModelName } from "./name.ts";
import { rehearseInOllama } from "./rehearsal.ts";
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
