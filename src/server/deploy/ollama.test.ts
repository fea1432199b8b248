import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { rememberModel } from "#core/deploy/registry.ts";
import { startOllama } from "#core/deploy/testing/ollama-server.ts";
import type { TestOllama } from "#core/deploy/testing/ollama-server.ts";
import { createHarness } from "../testing/harness.ts";
import type { Harness } from "../testing/harness.ts";
import { makeRunFolder } from "../testing/run-folder.ts";

let ollama: TestOllama;
let server: Harness;
beforeAll(async () => {
  ollama = await startOllama();
});
afterAll(() => ollama.stop());
beforeEach(async () => {
  server = await createHarness();
  await server.ask("PATCH", "/api/settings", { json: { ollama_address: ollama.address } });
});
afterEach(async () => {
  expect(server.log).toEqual([]);
  await server.close();
});

test("says which Ollama answers", async () => {
  const { json } = await server.ask("GET", "/api/ollama");
  expect(json).toMatchObject({
    address: ollama.address,
    source: "setting",
    usable: true,
    error: null,
  });
  expect(json["version"]).toMatch(/^\d+\.\d+\.\d+/);
});

test("says why none can be used, in the language of the request", async () => {
  await server.ask("PATCH", "/api/settings", { json: { ollama_address: "127.0.0.1:9" } });
  const { status, json } = await server.ask("GET", "/api/ollama");
  expect(status).toBe(200);
  expect(json).toMatchObject({
    address: "http://127.0.0.1:9",
    version: null,
    usable: false,
    error: { code: "ollama_not_running" },
  });
  const models = await server.ask("GET", "/api/ollama/models");
  expect([models.status, models.error.code]).toEqual([503, "ollama_not_running"]);
});

test("lists what Tunesmith put there, and forgets what is gone", async () => {
  await rememberModel(server.workspace.home, {
    name: "me/sky:v2",
    address: ollama.address,
    digest: "0".repeat(64),
    project: "sky",
    run: "20261122-153726-k3f9",
    runFolder: "/nowhere",
    format: "q8_0",
    ollamaVersion: "0.34.1",
    deployedAt: "2026-11-22T15:40:00.000Z",
  });
  const { json } = await server.ask("GET", "/api/ollama/models");
  expect(json["models"]).toEqual([
    {
      name: "me/sky:v2",
      address: ollama.address,
      project: "sky",
      run: "20261122-153726-k3f9",
      format: "q8_0",
      ollama_version: "0.34.1",
      deployed_at: "2026-11-22T15:40:00.000Z",
      state: "gone",
      bytes: null,
    },
  ]);
  const path = `/api/ollama/models/${encodeURIComponent("me/sky:v2")}`;
  expect((await server.ask("DELETE", path)).json).toEqual({ outcome: "forgotten" });
  const again = await server.ask("DELETE", path);
  expect([again.status, again.error.code]).toEqual([404, "ollama_model_foreign"]);
});

test("a chat with what is not from here is refused", async () => {
  const json = { messages: [{ role: "user", content: "Hello" }] };
  const path = `/api/ollama/models/${encodeURIComponent("llama3:latest")}/chat`;
  const { status, error } = await server.ask("POST", path, { json });
  expect([status, error.code]).toEqual([404, "ollama_model_foreign"]);
});

const id = "20261122-153726-k3f9";
const deployPath = `/api/projects/sky/runs/${id}/deploy`;

test("what stands against a deployment is said before anything is done", async () => {
  await server.ask("POST", "/api/projects", { json: { name: "Sky" } });
  await makeRunFolder(server.workspace, "sky", { id });
  const noModel = await server.ask("POST", deployPath, { json: {} });
  expect([noModel.status, noModel.error.code]).toEqual([409, "run_not_finished"]);

  const files = { "gguf/model-q8_0.gguf": "no GGUF at all" };
  await makeRunFolder(server.workspace, "sky", { id, files });
  const check = async (name: string) =>
    (await server.ask("GET", `${deployPath}?name=${encodeURIComponent(name)}`)).json;
  expect(await check("sky")).toEqual({
    name: "sky:latest",
    error: null,
    proposal: null,
    replaces: false,
  });
  expect(await check("Not A Name")).toMatchObject({
    error: { code: "ollama_name_character" },
    proposal: "not-a-name",
  });
  const name = await server.ask("POST", deployPath, { json: { name: "Not A Name" } });
  expect(name.status).toBe(422);
  expect(name.error.code).toMatch(/^ollama_name_/);
  await server.ask("PATCH", "/api/settings", { json: { ollama_address: "127.0.0.1:9" } });
  const away = await server.ask("POST", deployPath, { json: {} });
  expect([away.status, away.error.code]).toEqual([503, "ollama_not_running"]);
  expect((await server.ask("GET", "/api/jobs")).json["jobs"]).toEqual([]);

  const proof = await server.ask("GET", `/api/projects/sky/runs/${id}/proof`);
  expect([proof.status, proof.error.code]).toEqual([404, "not_found"]);
});

test("what Ollama refuses ends the job with its reason, and nothing bears the name", async () => {
  await server.ask("POST", "/api/projects", { json: { name: "Sky" } });
  const files = { "gguf/model-q8_0.gguf": "no GGUF at all" };
  await makeRunFolder(server.workspace, "sky", { id, files });
  const { status, json } = await server.ask("POST", deployPath, { json: {} });
  expect(status).toBe(202);
  await vi.waitFor(async () => {
    const job = await server.ask("GET", `/api/jobs/${String(json["id"])}`);
    expect(job.json).toMatchObject({ status: "failed", project: "sky", run: id });
    expect((job.json["error"] as { code: string }).code).toMatch(/^ollama_/);
  }, 20_000);
  expect((await server.ask("GET", "/api/ollama/models")).json["models"]).toEqual([]);
});
