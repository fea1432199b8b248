import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Job } from "#contract/routes/jobs.ts";
import type { Model } from "#contract/routes/models.ts";
import { commitOf, starterId, startHub, type TestHub } from "#core/hub/testing/hub-server.ts";
import { resolveModel } from "#core/models/reference.ts";
import { temporaryFolder } from "#core/testing/temporary-workspace.ts";
import { createHarness, type Harness } from "../testing/harness.ts";

// On cores that others use too, everything takes many times longer.
vi.setConfig({ testTimeout: 120_000 });

let hub: TestHub;
let server: Harness;

beforeEach(async () => {
  hub = await startHub();
  vi.stubEnv("HF_ENDPOINT", hub.url);
  vi.stubEnv("HF_HUB_CACHE", await temporaryFolder());
  vi.stubEnv("HF_HUB_OFFLINE", "");
  vi.stubEnv("HF_HUB_DISABLE_IMPLICIT_TOKEN", "1");
  server = await createHarness();
});
afterEach(async () => {
  await hub.close();
  await server.close();
  vi.unstubAllEnvs();
});

interface Listed {
  hub: Record<string, unknown>;
  settings: Record<string, unknown>;
  models: Model[];
}
const list = async (query = "") => (await server.ask<Listed>("GET", `/api/models${query}`)).json;
const find = ({ models }: { models: Model[] }, id: string) => models.find((one) => one.id === id);
const start = (id: string) => server.ask<Job>("POST", "/api/models/download", { json: { id } });
const ended = (id: string) =>
  vi.waitFor(
    async () => {
      const { json } = await server.ask<Job>("GET", `/api/jobs/${id}`);
      expect(json.status).not.toBe("running");
      return json;
    },
    { timeout: 60_000 },
  );

test("the list has starter and catalogue with what each would need here, and asks the hub nothing", async () => {
  // Checkpointing is set, since by itself it follows the memory that is free at the moment.
  const training_config = { gradient_checkpointing: true, max_length: 128 };
  await server.ask("POST", "/api/projects", { json: { name: "Sky", training_config } });
  await server.ask("POST", "/api/projects", {
    json: { name: "Sea", training_config: { ...training_config, max_length: 4096 } },
  });
  const found = await list();
  expect(found.hub).toMatchObject({ url: hub.url, token: null, offline: false });
  expect(found.models[0]).toMatchObject({ id: "starter", state: "ready", supported: true });
  expect(found.models.length).toBeGreaterThan(10);
  const smol = "HuggingFaceTB/SmolLM2-135M-Instruct";
  expect(find(found, smol)).toMatchObject({
    name: "SmolLM2 135M Instruct",
    listed: true,
    state: "absent",
    family: "llama",
    parameters: 134_515_008,
    url: `${hub.url}/${smol}`,
  });
  const needs = found.models.map(({ memory }) => memory?.needed_bytes ?? 0);
  expect(Math.min(...needs)).toBeGreaterThan(0);
  expect(found.models.filter(({ recommended }) => recommended).length).toBeLessThanOrEqual(1);
  const last = ({ models }: Listed) => models.at(-1)?.memory?.needed_bytes ?? 0;
  expect(last(await list("?project=sky"))).toBeLessThan(last(await list("?project=sea")));
  expect(hub.seen).toEqual([]);
});

test("a search finds whole models, says which are known, and leaves quantised ones out", async () => {
  const text = ["text-generation", "safetensors"];
  hub.models.set("acme/starter-gguf", { files: {}, tags: [...text, "gguf"] });
  hub.models.set("acme/starter-4bit", {
    files: {},
    tags: text,
    config: { model_type: "llama", quantization_config: { quant_method: "bnb" } },
  });
  hub.models.set("acme/starter-moe", {
    files: {},
    tags: text,
    config: { model_type: "mixtral" },
    gated: "auto",
  });
  const { json } = await server.ask<{ models: Model[]; left_out: number }>(
    "GET",
    "/api/hub/models?query=starter",
  );
  expect(json.left_out).toBe(2);
  expect(json.models.map(({ id }) => id)).toEqual([starterId, "acme/starter-moe"]);
  expect(find(json, starterId)).toMatchObject({
    supported: true,
    parameters: 3_737_600,
    download_bytes: 7_475_200,
    licence: "apache-2.0",
    gated: false,
  });
  expect(find(json, "acme/starter-moe")).toMatchObject({ supported: false, gated: true });
});

test("a search without a hub is told in words", async () => {
  vi.stubEnv("HF_ENDPOINT", "http://127.0.0.1:9");
  const { status, error } = await server.ask("GET", "/api/hub/models?query=starter", {
    headers: { "accept-language": "de" },
  });
  expect([status, error.code]).toEqual([503, "hub_unreachable"]);
  expect(error.message).toContain("nicht zu erreichen");
  vi.stubEnv("HF_HUB_OFFLINE", "1");
  expect((await server.ask("GET", "/api/hub/models?query=x")).error.code).toBe("hub_offline");
});

test("a model is downloaded by a job, paused, gone on with, and a project uses it", async () => {
  await server.ask("POST", "/api/projects", { json: { name: "Sky" } });
  await server.ask("PATCH", "/api/projects/sky", { json: { model: starterId } });
  await expect(resolveModel(starterId)).rejects.toMatchObject({ code: "model_not_downloaded" });
  expect(find(await list("?project=sky"), starterId)?.state).toBe("absent");

  hub.hold = 200_000;
  const first = await start(starterId);
  expect(first.status).toBe(202);
  expect((await start(starterId)).json.id).toBe(first.json.id);
  await vi.waitFor(
    async () => {
      const { json } = await server.ask<Job>("GET", `/api/jobs/${first.json.id}`);
      expect(json).toMatchObject({ subject: starterId, unit: "bytes", note: "model.safetensors" });
    },
    { timeout: 60_000 },
  );
  await server.ask("POST", `/api/jobs/${first.json.id}/cancel`);
  expect((await ended(first.json.id)).status).toBe("cancelled");
  const partial = find(await list(), starterId);
  expect(partial).toMatchObject({ state: "partial", listed: false });
  expect(partial?.done_bytes).toBeGreaterThan(0);
  expect(partial?.total_bytes).toBeGreaterThan(partial?.done_bytes ?? 0);

  hub.flow();
  const second = await start(starterId);
  const commit = commitOf(hub.models.get(starterId)!);
  expect(await ended(second.json.id)).toMatchObject({
    status: "finished",
    result: { id: starterId, commit },
  });
  expect(hub.seen.at(-1)?.range).toMatch(/^bytes=\d+-$/);
  expect(find(await list("?project=sky"), starterId)).toMatchObject({
    state: "ready",
    revision: commit,
    family: "llama",
  });
  expect(find(await list(), starterId)?.state).toBe("ready");
  expect(await resolveModel(starterId)).toContain(commit);
});

test("an unfinished download is given up, and its bytes are freed", async () => {
  hub.faults.push({ path: "model.safetensors", kind: "status", status: 401 });
  const { json } = await start(starterId);
  expect((await ended(json.id)).status).toBe("failed");
  const reply = await server.ask<{ freed_bytes: number }>("POST", "/api/models/discard", {
    json: { id: starterId },
  });
  expect(reply.json.freed_bytes).toBeGreaterThan(0);
  expect(find(await list(), starterId)).toBeUndefined();

  hub.faults.length = 0;
  hub.hold = 1000;
  const going = await start(starterId);
  expect(
    (await server.ask("POST", "/api/models/discard", { json: { id: starterId } })).status,
  ).toBe(200);
  expect((await ended(going.json.id)).status).toBe("cancelled");
  expect(find(await list(), starterId)).toBeUndefined();
});

test("what a job fails of stands with it; a wrong name is refused at once", async () => {
  hub.models.get(starterId)!.gated = "manual";
  const { json } = await start(starterId);
  expect((await ended(json.id)).error).toMatchObject({
    code: "hub_gated",
    params: { id: starterId, url: `${hub.url}/${starterId}` },
  });
  await server.ask("PATCH", "/api/settings", { json: { hugging_face_token: "hf_wrong" } });
  expect((await list()).hub["token"]).toBe("settings");
  const again = await ended((await start(starterId)).json.id);
  expect(again.error?.code).toBe("hub_token_wrong");
  expect(JSON.stringify([again, await list(), server.log])).not.toContain("hf_wrong");
  const { status, error } = await start("no name");
  expect([status, error.code]).toEqual([422, "hub_id_invalid"]);
});
