import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { ensureBlob, fileDigest } from "./blobs.ts";
import { createModel } from "./create.ts";
import { measureStops, repeatsItself } from "./stops.ts";
import { startOllama, type TestOllama } from "./testing/ollama-server.ts";
import { makeTinyModel, type TinyModelOptions } from "./testing/tiny-model.ts";

// On cores that others use too, a model takes many times longer to load and to answer.
vi.setConfig({ testTimeout: 120_000 });

let server: TestOllama;
beforeAll(async () => {
  server = await startOllama();
});
afterAll(() => server?.stop());

const prompts = ["Sky?", "What colour?", "And now?"].map((content, index) => ({
  id: `row-${index}`,
  messages: [{ role: "user", content }],
}));

async function measure(options: TinyModelOptions, limit: number) {
  const { gguf } = await makeTinyModel(options);
  const digest = await fileDigest(gguf);
  await ensureBlob(server.address, gguf, digest);
  const files = { "m.gguf": digest };
  const parameters = { temperature: 0.7, repeat_penalty: 1, num_ctx: 2048 };
  await createModel(server.address, { name: "stops", files, parameters, system: "" });
  return await measureStops({ address: server.address, model: "stops", prompts, limit });
}

describe("through the real Ollama", () => {
  test("a model that learned its end token", async () => {
    const share = await measure({}, 64);
    expect(share).toEqual({ stopped: 3, total: 3, limit: 64, cause: null, examples: [] });
  });

  test("one that goes round and round", async () => {
    const share = await measure({ behaviour: "loops" }, 80);
    expect(share).toMatchObject({ stopped: 0, total: 3, cause: "ollama_stops_repeats" });
    expect(share.examples[0]?.tail).toContain("The sky glows deep blue.The sky glows deep blue.");
  });

  test("answers longer than the limit, with no end in sight", async () => {
    const share = await measure({ behaviour: "loops" }, 8);
    expect(share).toMatchObject({ stopped: 0, cause: "ollama_stops_end_token" });
  });

  test("answers longer than the limit, that would have ended", async () => {
    const share = await measure({ behaviour: "end-tie" }, 13);
    expect(share.cause).toBe(share.stopped === 3 ? null : "ollama_stops_too_long");
  });
});

test("what repeats itself", () => {
  expect(repeatsItself("a b a b a b a b ")).toBe(true);
  expect(repeatsItself("No. No. No. No. ")).toBe(true);
  expect(repeatsItself("ha ha ha, very funny")).toBe(false);
  expect(repeatsItself("one two three")).toBe(false);
  expect(repeatsItself("table\n    \n    ")).toBe(false);
  expect(repeatsItself("")).toBe(false);
});
