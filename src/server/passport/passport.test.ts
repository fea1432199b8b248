import { appendFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { makeFinishedRun, runId } from "#core/passport/testing/finished-run.ts";
import { createHarness } from "../testing/harness.ts";
import type { Harness } from "../testing/harness.ts";

vi.mock("../../core/runs/spawn-runner.ts", () => ({ spawnRunner: () => undefined }));

const run = `/api/projects/sky/runs/${runId}`;

let here: Harness;
let there: Harness;
beforeEach(async () => {
  [here, there] = [await createHarness(), await createHarness()];
});
afterEach(async () => {
  expect([...here.log, ...there.log]).toEqual([]);
  await Promise.all([here.close(), there.close()]);
});

async function verify(): Promise<Record<string, unknown>> {
  const { json } = await here.ask("POST", `${run}/verify`);
  return vi.waitFor(async () => {
    const job = await here.ask("GET", `/api/jobs/${String(json["id"])}`);
    expect(job.json["status"]).toBe("finished");
    return job.json["result"] as Record<string, unknown>;
  }, 20_000);
}

test("a run has a passport, and a job holds it against the files", async () => {
  const { folder } = await makeFinishedRun(here.workspace);
  const { json } = await here.ask("GET", `${run}/passport`);
  expect(json).toMatchObject({ run: { project: "sky", id: runId }, seeds: { training: 42 } });
  expect(await verify()).toMatchObject({ equal: true });
  await appendFile(join(folder, "Modelfile"), "x");
  expect(await verify()).toMatchObject({ equal: false });
});

test("a reproduction is started, and compared once it has ended", async () => {
  await makeFinishedRun(here.workspace);
  const { status, json } = await here.ask("POST", `${run}/reproduce`);
  expect([status, json["number"]]).toEqual([201, 2]);
  const path = `/api/projects/sky/runs/${String(json["id"])}/reproduction`;
  const early = await here.ask("GET", path);
  expect([early.status, early.error.code]).toEqual([409, "passport_unfinished"]);
  const own = await here.ask("GET", `${run}/reproduction`);
  expect([own.status, own.error.code]).toEqual([404, "not_found"]);
});

test("a run is moved from server to server in one download and one upload", async () => {
  await makeFinishedRun(here.workspace, { status: "cancelled" });
  const reply = await here.send("GET", `${run}/archive?base=true`);
  expect(reply.headers.get("content-disposition")).toContain("sky-1.tunesmith-run.tar");
  const archive = new Uint8Array(await reply.arrayBuffer());
  const broken = await there.ask("PUT", "/api/imports", { body: archive.subarray(0, 5000) });
  expect([broken.status, broken.error.code]).toEqual([422, "archive_invalid"]);
  const { status, json } = await there.ask("PUT", "/api/imports", { body: archive });
  expect([status, json]).toEqual([
    201,
    { project: "sky", run: runId, number: 1, created: true, base_found: true },
  ]);
  expect((await there.ask("GET", run)).json).toMatchObject({ state: { status: "cancelled" } });
  const again = await there.ask("PUT", "/api/imports", { body: archive });
  expect([again.status, again.error.code]).toEqual([409, "archive_exists"]);
});
