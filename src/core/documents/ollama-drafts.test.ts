import { Readable } from "node:stream";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { draftOrderSchema } from "#contract/drafts.ts";
import { ensureBlob, fileDigest } from "../deploy/blobs.ts";
import { createModel } from "../deploy/create.ts";
import { startOllama } from "../deploy/testing/ollama-server.ts";
import type { TestOllama } from "../deploy/testing/ollama-server.ts";
import { makeTinyModel } from "../deploy/testing/tiny-model.ts";
import { createProject } from "../projects/projects.ts";
import { updateSettings } from "../settings.ts";
import { temporaryWorkspace } from "../testing/temporary-workspace.ts";
import { addDocument } from "./document-files.ts";
import { draftRows, planDrafts } from "./draft-rows.ts";
import { askForDrafts } from "./endpoints/ask.ts";

// On cores that others use too, a model takes many times longer to load and to answer.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

let server: TestOllama;
beforeAll(async () => {
  server = await startOllama();
  const { gguf } = await makeTinyModel({ behaviour: "stops" });
  const digest = await fileDigest(gguf);
  await ensureBlob(server.address, gguf, digest);
  const parameters = { temperature: 0, repeat_penalty: 1, num_ctx: 2048 };
  await createModel(server.address, {
    name: "tiny",
    files: { "m.gguf": digest },
    parameters,
    system: "",
  });
});
afterAll(() => server?.stop());

test("the real Ollama takes the request and holds the model to the form", async () => {
  const schema = {
    type: "object",
    properties: { colour: { type: "string", enum: ["blue", "red"] } },
    required: ["colour"],
    additionalProperties: false,
  };
  const request = { model: "tiny", system: "Say a colour.", user: "Sky?", schema, maxTokens: 200 };
  const reply = await askForDrafts({ service: "ollama", address: server.address }, request);
  expect(JSON.parse(String(reply.answer))).toEqual({
    colour: expect.stringMatching(/^(blue|red)$/),
  });
  expect(reply.promptTokens).toBeGreaterThan(0);
  expect(reply.answerTokens).toBeGreaterThan(0);
});

test("an order goes to the Ollama of the settings; what a poor model answers is left, and counted", async () => {
  const ws = await temporaryWorkspace();
  await createProject(ws, { name: "Pool" });
  await updateSettings(ws, { ollamaAddress: server.address });
  const stream = Readable.from([Buffer.from("The pool opens at six. ".repeat(10))]);
  await addDocument(ws, "pool", { name: "a.txt", stream });
  const order = draftOrderSchema.parse({ service: "ollama", model: "tiny", perChunk: 1 });
  expect(await planDrafts(ws, "pool", order)).toMatchObject({
    address: server.address,
    leavesComputer: false,
    chunks: 1,
  });
  const made = await draftRows(ws, "pool", order);
  expect(made).toMatchObject({ done: 1, total: 1 });
  expect(made.drafts + made.failed).toBe(1);
  expect(made.promptTokens).toBeGreaterThan(0);
  const absent = draftRows(ws, "pool", { ...order, model: "not-there" });
  await expect(absent).rejects.toMatchObject({ code: "draft_refused", params: { status: 404 } });
});
