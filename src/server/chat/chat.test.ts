import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { ChatEvent } from "#contract/routes/chat.ts";
import { createHarness } from "../testing/harness.ts";
import type { Harness } from "../testing/harness.ts";
import { makeRunFolder } from "../testing/run-folder.ts";

const standIn = join(import.meta.dirname, "../../core/chat/testing/stand-in-chat.mjs");
const id = "20261122-153726-k3f9";
const run = `/api/projects/sky/runs/${id}`;

let server: Harness;
beforeEach(async () => {
  vi.stubEnv("TUNESMITH_PYTHON", standIn);
  server = await createHarness();
  await server.ask("POST", "/api/projects", { json: { name: "Sky" } });
  await makeRunFolder(server.workspace, "sky", { id, files: { "gguf/model-q8_0.gguf": "" } });
});
afterEach(async () => {
  expect(server.log).toEqual([]);
  await server.close();
});

const ask = (content: string, more: object = {}) =>
  server.ask("POST", `${run}/chat`, {
    json: { messages: [{ role: "user", content }], ...more },
  });
const events = (text: string): ChatEvent[] =>
  [...text.matchAll(/^data: (.*)$/gm)].map(([, data = ""]) => JSON.parse(data) as ChatEvent);

test("the base answers beside the tuned model once it was made ready", async () => {
  const before = await server.ask("GET", `${run}/base`);
  expect(before.json).toMatchObject({ ready: false, format: "q8_0", bytes: null });
  const refused = await ask("Hello", { model: "base" });
  expect([refused.status, refused.error.code]).toEqual([409, "chat_no_base"]);

  const { status, json } = await server.ask("POST", `${run}/base`);
  expect([status, json["kind"]]).toEqual([202, "base_model"]);
  await vi.waitFor(async () => {
    const job = await server.ask("GET", `/api/jobs/${String(json["id"])}`);
    expect(job.json["status"]).toBe("finished");
  }, 20_000);
  expect((await server.ask("GET", `${run}/base`)).json).toMatchObject({ ready: true, bytes: 6 });

  const answers = await Promise.all([ask("one two", { model: "base" }), ask("three")]);
  expect(answers.map(({ text }) => events(text))).toEqual([
    [
      { type: "token", text: "one" },
      { type: "token", text: "two" },
      { type: "done", reason: "stop", tokens: 2, prompt_tokens: 1, seconds: 0 },
    ],
    [
      { type: "token", text: "three" },
      { type: "done", reason: "stop", tokens: 1, prompt_tokens: 1, seconds: 0 },
    ],
  ]);
});

test("both answer with the run's settings, and others laid over them", async () => {
  await server.ask("POST", `${run}/base`);
  await vi.waitFor(async () =>
    expect((await server.ask("GET", `${run}/base`)).json["ready"]).toBe(true),
  );
  for (const model of ["tuned", "base"]) {
    const { text } = await ask("show", { model, modelfile_config: { temperature: 0.1 } });
    const [first] = events(text);
    if (first?.type !== "token") throw new Error(text);
    const { options } = JSON.parse(first.text) as { options: Record<string, unknown> };
    expect(options).toMatchObject({ temperature: 0.1, top_p: 0.9, num_ctx: 2048 });
  }
});

test("a base that cannot be made ends its job with the reason", async () => {
  vi.stubEnv("STAND_IN_FAULT", "1");
  const { json } = await server.ask("POST", `${run}/base`);
  await vi.waitFor(async () => {
    const job = await server.ask("GET", `/api/jobs/${String(json["id"])}`);
    expect(job.json).toMatchObject({ status: "failed", error: { code: "model_changed" } });
  }, 20_000);
});
