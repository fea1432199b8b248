import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { rememberModel } from "#core/deploy/registry.ts";
import { startOllama } from "#core/deploy/testing/ollama-server.ts";
import type { TestOllama } from "#core/deploy/testing/ollama-server.ts";
import { createHarness } from "../testing/harness.ts";
import type { Harness } from "../testing/harness.ts";

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
