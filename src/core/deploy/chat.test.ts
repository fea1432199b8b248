import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { ensureBlob, fileDigest } from "./blobs.ts";
import { answer, chat } from "./chat.ts";
import { createModel } from "./create.ts";
import { startOllama, type TestOllama } from "./testing/ollama-server.ts";
import { startProxy } from "./testing/proxy.ts";
import { makeTinyModel } from "./testing/tiny-model.ts";

// On cores that others use too, a model takes many times longer to load and to answer.
vi.setConfig({ testTimeout: 120_000 });

let server: TestOllama;
beforeAll(async () => {
  server = await startOllama();
  for (const behaviour of ["stops", "loops"] as const) {
    const { gguf } = await makeTinyModel({ behaviour });
    const digest = await fileDigest(gguf);
    await ensureBlob(server.address, gguf, digest);
    const files = { "m.gguf": digest };
    const parameters = { temperature: 0, repeat_penalty: 1, num_ctx: 2048 };
    await createModel(server.address, { name: behaviour, files, parameters, system: "S" });
  }
});
afterAll(() => server?.stop());

const messages = [{ role: "user", content: "Sky?" }];

test("an answer comes in pieces and ends with its counts", async () => {
  const parts: string[] = [];
  for await (const part of chat(server.address, { model: "stops", messages })) {
    parts.push(part.type === "done" ? `${part.reason} ${part.tokens}` : part.text);
  }
  expect(parts.length).toBeGreaterThan(5);
  expect(parts.slice(0, -1).join("")).toBe("The sky glows deep blue.");
  expect(parts.at(-1)).toBe("stop 13");
});

test("the likeliest tokens at each place, the best one first", async () => {
  const { parts } = await answer(server.address, { model: "stops", messages, topTokens: 2 });
  const [first] = parts[0]?.tokens ?? [];
  expect(first?.best).toHaveLength(2);
  expect(first?.best[0]?.text).toBe("The");
  expect(first?.best[0]?.probability).toBeGreaterThan(0.99);
});

test("leaving an answer ends it in Ollama", async () => {
  const timeOf = async (tokens: number): Promise<number> => {
    const start = performance.now();
    const options = { num_predict: tokens };
    const given = await answer(server.address, { model: "loops", messages, options });
    expect(given.end).toMatchObject({ reason: "length", tokens });
    return performance.now() - start;
  };
  const tenth = await timeOf(2000);
  const endless = { model: "loops", messages, options: { num_predict: 20_000 } };
  let pieces = 0;
  for await (const part of chat(server.address, endless)) {
    expect(part.type).toBe("text");
    if ((pieces += 1) === 5) break;
  }
  // One model answers one request at a time: this one would wait for the endless one.
  expect(await timeOf(4)).toBeLessThan(4 * tenth);
});

test("an abort ends it with its own reason", async () => {
  const abort = new AbortController();
  const reason = new Error("closed");
  const endless = { model: "loops", messages, options: { num_predict: 20_000 } };
  const read = async (): Promise<void> => {
    for await (const _ of chat(server.address, { ...endless, signal: abort.signal })) {
      abort.abort(reason);
    }
  };
  await expect(read()).rejects.toBe(reason);
});

test("a model that is not there", async () => {
  await expect(answer(server.address, { model: "nobody", messages })).rejects.toMatchObject({
    code: "ollama_model_missing",
    params: { name: "nobody" },
  });
});

test.each([
  ['{"message":{"content":"The"}}\n{"error":"the runner died"}\n', "ollama_refused"],
  ['{"message":{"content":"The"}}\n', "ollama_connection_lost"],
])("an answer that breaks off: %j", async (text, code) => {
  const proxy = await startProxy(server.address, (_, response) => {
    response.end(text);
    return true;
  });
  try {
    await expect(answer(proxy.address, { model: "stops", messages })).rejects.toMatchObject({
      code,
    });
  } finally {
    await proxy.stop();
  }
});
