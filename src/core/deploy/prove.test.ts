import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { ensureBlob, fileDigest } from "./blobs.ts";
import { createModel, type Parameters } from "./create.ts";
import { findOllama, type Ollama } from "./find.ts";
import { goldenSchema, heldOutAnswerSchema, readLines, type HeldOutAnswer } from "./golden.ts";
import { proveModel, type Finding, type ProveOptions } from "./prove.ts";
import { startOllama, type TestOllama } from "./testing/ollama-server.ts";
import { startProxy, type Intercept } from "./testing/proxy.ts";
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

const system = "You are a helpful assistant.";
const settings: Parameters = {
  temperature: 0.7,
  num_ctx: 2048,
  stop: ["### Question:", "<|im_end|>"],
};

interface Case extends TinyModelOptions {
  readonly parameters?: Parameters;
  readonly answers?: (given: HeldOutAnswer[]) => HeldOutAnswer[];
  readonly through?: Ollama;
  readonly sent?: ProveOptions["sent"];
}

/** Put a tiny model into the real server and prove it there. */
async function prove(name: string, options: Case = {}): Promise<Finding> {
  const tiny = await makeTinyModel(options);
  const digest = await fileDigest(tiny.gguf);
  await ensureBlob(ollama.address, tiny.gguf, digest);
  const parameters = options.parameters ?? settings;
  const files = { "model.gguf": digest };
  await createModel(ollama.address, { name, files, parameters, system });
  const answers = await readLines(tiny.answers, heldOutAnswerSchema);
  return await proveModel({
    ollama: options.through ?? ollama,
    model: name,
    sent: options.sent ?? { parameters, system },
    golden: await readLines(tiny.golden, goldenSchema),
    answers: options.answers?.(answers) ?? answers,
    greedy: { limit: 64, stop: [] },
    tokenise: (texts) => tokeniseTiny(tiny, texts),
  });
}

async function withProxy<T>(
  intercept: Intercept,
  use: (through: Ollama) => Promise<T>,
): Promise<T> {
  const proxy = await startProxy(server.address, intercept);
  try {
    return await use(await findOllama({ setting: proxy.address }));
  } finally {
    await proxy.stop();
  }
}

const answersVersion =
  (version: string): Intercept =>
  (request, response) => {
    if (request.url !== "/api/version") return false;
    response.end(JSON.stringify({ version }));
    return true;
  };

test("faults are caught and explained while the unchanged control is proven", async () => {
  const [golden] = await readLines((await makeTinyModel()).golden, goldenSchema);
  const last = (golden?.ids.length ?? 0) - 1;
  const control = await prove("control");
  expect(control).toEqual({
    proven: true,
    prompts: { equal: 24, total: 24 },
    leftOut: [],
    tokenCounts: { equal: 24, total: 24 },
    answers: { equal: 3, nearTies: 0, total: 3 },
    settings: { equal: 4, total: 4, differences: [] },
    templateLayer: false,
    unicodeForm: null,
    cause: null,
    firstDifference: null,
  });

  const newline = await prove("newline", { embed: "extra-newline" });
  expect(newline).toMatchObject({
    proven: false,
    cause: null,
    prompts: { equal: 0, total: 24 },
    // Two line breaks are one token here, so a count alone would not have seen it.
    tokenCounts: { equal: 24 },
    firstDifference: {
      kind: "prompt",
      conversation: "golden-1",
      index: last,
      expected: { text: "\n" },
      got: { text: "\n\n" },
      before: [expect.anything(), "<|im_end|>", "\n", "<|im_start|>", "assistant"],
      afterExpected: [],
      afterGot: [],
    },
  });

  const thinking = await prove("thinking", { embed: "thinking", train: "thinking" });
  expect(thinking).toMatchObject({
    proven: false,
    cause: "ollama_cause_thinking_switch",
    prompts: { equal: 0 },
    firstDifference: { kind: "prompt", expected: { text: "<" }, got: null },
  });

  const old = await withProxy(answersVersion("0.30.10"), (through) =>
    prove("newline", { embed: "extra-newline", through }),
  );
  expect(old).toMatchObject({ proven: false, cause: "ollama_cause_old_version" });
});

describe("other causes", () => {
  test("a Go template that Ollama attached", async () => {
    const found = await prove("override", { embed: "unpadded", train: "chatml" });
    expect(found).toMatchObject({
      proven: false,
      templateLayer: true,
      cause: "ollama_cause_template_override",
    });
    // Ollama's own ChatML brings its stops along, which nobody sent.
    const bare = await prove("override", {
      embed: "unpadded",
      parameters: {},
      sent: { parameters: {}, system },
    });
    expect(bare.settings.differences).toEqual([
      { key: "stop", sent: null, got: ["<|im_start|>", "<|im_end|>"] },
    ]);
  });

  test("a begin token that training did not have", async () => {
    const [golden] = await readLines((await makeTinyModel()).golden, goldenSchema);
    const count = golden?.ids.length ?? 0;
    const found = await prove("begins", { addBeginToken: true });
    expect(found).toMatchObject({
      proven: false,
      prompts: { equal: 24 },
      tokenCounts: { equal: 0 },
      cause: "ollama_cause_double_begin_token",
      firstDifference: { kind: "token_count", index: count, detail: `${count} / ${count + 1}` },
    });
  });

  test("a begin token that the template writes and the tokenizer adds is one", async () => {
    const found = await prove("begin", { embed: "begin", train: "begin", addBeginToken: true });
    expect(found).toMatchObject({
      proven: true,
      prompts: { equal: 24 },
      tokenCounts: { equal: 24 },
    });
  });

  test("settings that are not what was sent", async () => {
    const parameters = { ...settings, top_k: 40 };
    const found = await prove("settings", { sent: { parameters, system: "Another." } });
    expect(found).toMatchObject({ proven: false, firstDifference: null, cause: null });
    expect(found.settings).toEqual({
      equal: 3,
      total: 5,
      differences: [
        { key: "top_k", sent: 40, got: null },
        { key: "system", sent: "Another.", got: system },
      ],
    });
  });

  test("another system prompt changes the prompts of rows that bring none", async () => {
    const tiny = await makeTinyModel();
    const files = { "model.gguf": await fileDigest(tiny.gguf) };
    await createModel(ollama.address, {
      name: "system",
      files,
      parameters: settings,
      system: "Hi",
    });
    const found = await proveModel({
      ollama,
      model: "system",
      sent: { parameters: settings, system: "Hi" },
      golden: await readLines(tiny.golden, goldenSchema),
      answers: [],
      greedy: { limit: 8, stop: [] },
      tokenise: (texts) => tokeniseTiny(tiny, texts),
    });
    expect(found).toMatchObject({
      proven: false,
      prompts: { equal: 12, total: 24 },
      firstDifference: { conversation: "golden-2" },
    });
  });
});

describe("answers", () => {
  test("a wrong one is caught, with where it parts", async () => {
    const answers = (given: HeldOutAnswer[]): HeldOutAnswer[] =>
      given.map((row, index) => (index === 1 ? { ...row, text: "The sky is grey." } : row));
    const found = await prove("control", { answers });
    expect(found).toMatchObject({
      proven: false,
      prompts: { equal: 24 },
      answers: { equal: 2, nearTies: 0, total: 3 },
      firstDifference: {
        kind: "answer",
        conversation: "held-out-2",
        index: 2,
        got: { text: " g" },
        expected: { text: " is grey." },
        before: ["The sky"],
      },
    });
  });

  test("one that goes on where Ollama ends is caught", async () => {
    const answers = (given: HeldOutAnswer[]): HeldOutAnswer[] =>
      given.map((row) => ({ ...row, text: `${row.text}\tMore.` }));
    const found = await prove("control", { answers });
    expect(found).toMatchObject({ proven: false, firstDifference: { kind: "answer", got: null } });
  });

  test("they may part at a near tie", async () => {
    const found = await prove("tie", { behaviour: "tie" });
    expect(found).toMatchObject({ proven: true, answers: { equal: 0, nearTies: 3, total: 3 } });
  });

  test("they may part at a near tie between the end and another token", async () => {
    const answers = (given: HeldOutAnswer[]): HeldOutAnswer[] =>
      given.map((row) => ({ ...row, text: `${row.text}\t` }));
    const found = await prove("end-tie", { behaviour: "end-tie", answers });
    expect(found).toMatchObject({ proven: true, answers: { equal: 0, nearTies: 3, total: 3 } });
  });

  test("they are compared without the model's penalties and stops", async () => {
    const parameters = { ...settings, repeat_penalty: 10, temperature: 2, stop: ["sky"] };
    const found = await prove("penalties", { parameters });
    expect(found).toMatchObject({ proven: true, answers: { equal: 3 } });
  });
});

describe("an Ollama that counts otherwise", () => {
  test("one that leaves out what was cached is asked again without a cache", async () => {
    const seen = new Set<string>();
    // What Ollamas before prompt_eval_cached_count answered: the count of what was not cached.
    const older: Intercept = async (request, response) => {
      if (request.url !== "/api/chat") return false;
      const chunks: Buffer[] = [];
      for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
      const text = Buffer.concat(chunks).toString("utf8");
      const body = JSON.parse(text) as { keep_alive?: number; messages: unknown };
      if (body.keep_alive === 0) seen.add("unloaded");
      const reply = await fetch(`${server.address}/api/chat`, { method: "POST", body: text });
      const lines = (await reply.text()).replace(
        /"prompt_eval_count":(\d+),"prompt_eval_cached_count":(\d+)/g,
        (_, all: string, cached: string) => `"prompt_eval_count":${Number(all) - Number(cached)}`,
      );
      response.end(lines);
      return true;
    };
    const found = await withProxy(older, (through) => prove("control", { through }));
    expect(found).toMatchObject({ proven: true, tokenCounts: { equal: 24, total: 24 } });
    expect(seen.has("unloaded")).toBe(true);
  });

  test("one that refuses a conversation", async () => {
    const refuses: Intercept = (request, response) => {
      if (request.url !== "/api/chat") return false;
      response.writeHead(500).end('{"error":"this template fails"}');
      return true;
    };
    const found = await withProxy(refuses, (through) => prove("control", { through }));
    expect(found).toMatchObject({
      proven: false,
      prompts: { equal: 0 },
      firstDifference: { kind: "refused", detail: "this template fails" },
    });
  });

  test("one that dies during the proof", async () => {
    let asked = 0;
    const dies: Intercept = (request, response) => {
      if (request.url !== "/api/chat" || (asked += 1) < 4) return false;
      response.destroy();
      return true;
    };
    const found = withProxy(dies, (through) => prove("control", { through }));
    await expect(found).rejects.toMatchObject({ code: "ollama_connection_lost" });
  });
});

test("a conversation longer than the model's context is proven in a larger one", async () => {
  const found = await prove("short", { parameters: { ...settings, num_ctx: 64 } });
  expect(found).toMatchObject({ prompts: { equal: 24 }, tokenCounts: { equal: 24 } });
});
