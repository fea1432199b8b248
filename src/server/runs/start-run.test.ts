import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import type { RunReply } from "#contract/routes/runs.ts";
import { tryLock } from "#core/files/lock.ts";
import type { Lock } from "#core/files/lock.ts";
import { deviceLock } from "#core/runs/queue.ts";
import { makePaperModel } from "#core/testing/paper-model.ts";
import { createHarness } from "../testing/harness.ts";
import type { Harness } from "../testing/harness.ts";

let folder: string;
let model: string;
let server: Harness;
let device: Lock;

beforeAll(async () => {
  expect(process.env["TUNESMITH_PYTHON"], "the engine's Python").toBeTruthy();
  folder = await mkdtemp(join(tmpdir(), "tunesmith-model-"));
  model = await makePaperModel(join(folder, "model"));
});
afterAll(() => rm(folder, { recursive: true }));
beforeEach(async () => {
  server = await createHarness();
  // Another run has the device: what is started here waits, and no training begins.
  device = tryLock(deviceLock(server.workspace)) as Lock;
  await server.ask("POST", "/api/projects", { json: { name: "Sky", model } });
});
afterEach(async () => {
  expect(server.log).toEqual([]);
  await server.close();
  device.release();
});

const upload = (count: number) =>
  server.ask("PUT", "/api/projects/sky/data/a.jsonl", {
    body: Array.from(
      { length: count },
      (_, index) => `${JSON.stringify({ prompt: `What is ${index}?`, completion: "A number." })}\n`,
    ).join(""),
  });
const start = (json: unknown = {}) =>
  server.ask<RunReply>("POST", "/api/projects/sky/runs", { json });

test("a plan says what a start would do, and leaves nothing", async () => {
  await upload(40);
  const json = { training_config: { num_train_epochs: 4, bf16: false, fp16: false } };
  const plan = await server.ask<Record<string, never>>("POST", "/api/projects/sky/plan", { json });
  expect(plan.status).toBe(200);
  expect(plan.json).toMatchObject({
    spec: {
      training: { num_train_epochs: 4 },
      precision: { mode: "fp32" },
      data: { trainRows: 32, checkRows: 8 },
    },
    ledger: { rows: 40, train: 32, check: 8, left_out: 0 },
  });
  const { plan: steps } = plan.json["spec"] as unknown as { plan: { optimizerSteps: number } };
  expect(steps.optimizerSteps).toBeGreaterThanOrEqual(30);
  const decisions = plan.json["decisions"] as unknown as { code: string; message: string }[];
  expect(decisions.map(({ code }) => code)).toContain("steps_planned");
  expect((await server.ask("GET", "/api/projects/sky/runs")).json["runs"]).toEqual([]);
  // What counted for the plan alone is not saved.
  expect((await server.ask("GET", "/api/projects/sky")).json["training_config"]).toEqual({});
});

test("what keeps a run from starting is told, and no run is made", async () => {
  expect((await start()).error.code).toBe("data_missing");
  await server.ask("PUT", "/api/projects/sky/data/a.jsonl", { body: '{"prompt":"only"}\n' });
  const unusable = await start();
  expect([unusable.status, unusable.error.code]).toEqual([422, "data_no_usable_rows"]);
  await upload(40);
  for (const [json, code] of [
    [{ training_config: { fp16: true, bf16: true } }, "precision_conflict"],
    [{ lora_config: { target_modules: ["no_such_layer"] } }, "lora_target_unknown"],
    [{ lora_config: { target_modules: ["lm_head"] } }, "lora_tied_target"],
    [{ lora_config: { r: 3 } }, "parameter_range"],
    [{ lora_confg: {} }, "parameter_unknown"],
  ] as const) {
    const { status, error } = await start(json);
    expect([status, error.code]).toEqual([422, code]);
  }
  expect((await server.ask("GET", "/api/projects/sky/runs")).json["runs"]).toEqual([]);
});

test("a run waits, is cancelled, resumed, paused and deleted", async () => {
  await upload(40);
  const { status, json: run } = await start({ training_config: { seed: 7 } });
  expect([status, run.state.status, run.number]).toEqual([201, "queued", 1]);
  expect(run.spec.training["seed"]).toBe(7);
  const path = `/api/projects/sky/runs/${run.id}`;
  const waiting = await server.ask<{ runs: RunReply[] }>("GET", "/api/runs?status=queued,running");
  expect(waiting.json.runs.map(({ id }) => id)).toEqual([run.id]);
  expect((await server.ask("DELETE", path)).error.code).toBe("run_active");
  expect((await server.ask("POST", `${path}/resume`)).error.code).toBe("run_active");

  const cancelled = await server.ask<RunReply>("POST", `${path}/cancel`);
  expect([cancelled.status, cancelled.json.state.status]).toEqual([202, "cancelled"]);
  expect((await server.ask("POST", `${path}/cancel`)).error.code).toBe("run_not_active");

  const resumed = await server.ask<RunReply>("POST", `${path}/resume`);
  expect([resumed.status, resumed.json.state.status]).toEqual([202, "queued"]);
  const paused = await server.ask<RunReply>("POST", `${path}/pause`);
  expect(paused.json.state.status).toBe("paused");

  expect((await server.ask("DELETE", path)).status).toBe(204);
  expect((await server.ask("GET", path)).error.code).toBe("run_not_found");
});

test("rows are shown token by token as the model will read them", async () => {
  await upload(3);
  const { json } = await server.ask<{
    rows: { ids: number[]; labels: number[]; pieces: string[] }[];
  }>("GET", "/api/projects/sky/tokens?limit=2");
  expect(json.rows).toHaveLength(2);
  for (const { ids, labels, pieces } of json.rows) {
    expect([labels.length, pieces.length]).toEqual([ids.length, ids.length]);
    expect(pieces.filter((_, index) => labels[index] !== -100).join("")).toBe(
      "A number.<|im_end|>",
    );
  }
  await server.ask("PATCH", "/api/projects/sky", { json: { model: join(folder, "gone") } });
  const gone = await server.ask("GET", "/api/projects/sky/tokens");
  expect([gone.status, gone.error.code]).toEqual([422, "model_not_found"]);
});
