import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Job } from "#contract/routes/jobs.ts";
import { makePairs, parquet } from "#core/datasets/formats/testing/make-files.ts";
import { startHub, type TestHub } from "#core/hub/testing/hub-server.ts";
import { createHarness, type Harness } from "../testing/harness.ts";

// On cores that others use too, everything takes many times longer.
vi.setConfig({ testTimeout: 120_000 });

let hub: TestHub;
let server: Harness;
const id = "acme/lighthouses";

beforeEach(async () => {
  hub = await startHub();
  hub.datasets.set(id, {
    files: { "default/train/0000.parquet": parquet(makePairs(20)) },
    parquet: { default: { train: ["default/train/0000.parquet"] } },
  });
  vi.stubEnv("HF_ENDPOINT", hub.url);
  vi.stubEnv("HF_HUB_OFFLINE", "");
  vi.stubEnv("HF_HUB_DISABLE_IMPLICIT_TOKEN", "1");
  server = await createHarness();
  await server.ask("POST", "/api/projects", { json: { name: "Sky" } });
});
afterEach(async () => {
  await hub.close();
  await server.close();
  vi.unstubAllEnvs();
});

test("a split of a dataset becomes data of a project by a job", async () => {
  const { json: found } = await server.ask("GET", `/api/hub/dataset?id=${id}`);
  expect(found).toEqual({ splits: [{ config: "default", split: "train", files: 1 }] });
  const { status, json: job } = await server.ask<Job>("POST", "/api/projects/sky/hub-data", {
    json: { id },
  });
  expect([status, job.subject]).toEqual([202, `${id} default/train`]);
  await vi.waitFor(
    async () => {
      const { json } = await server.ask<Job>("GET", `/api/jobs/${job.id}`);
      expect(json).toMatchObject({
        status: "finished",
        result: { files: ["lighthouses-train.parquet"] },
      });
    },
    { timeout: 60_000 },
  );
  const { json: ledger } = await server.ask("GET", "/api/projects/sky/ledger");
  expect(ledger["rows"]).toBe(20);
});

test("what cannot be is refused at once", async () => {
  const add = (project: string, json: object) =>
    server.ask("POST", `/api/projects/${project}/hub-data`, { json });
  expect((await add("none", { id })).error.code).toBe("not_found");
  expect((await add("sky", { id: "one word" })).error.code).toBe("hub_id_invalid");
  const missing = await server.ask("GET", "/api/hub/dataset?id=acme/none");
  expect([missing.status, missing.error.code]).toEqual([404, "hub_not_found"]);
});
