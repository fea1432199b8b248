import { readFile, writeFile } from "node:fs/promises";
import { beforeEach, expect, test } from "vitest";
import { offerOf } from "#contract/run-offer.ts";
import { resumeRun } from "#core/runs/control-run.ts";
import { enqueue } from "#core/runs/queue.ts";
import { readRun } from "#core/runs/read-runs.ts";
import { temporaryWorkspace } from "#core/testing/temporary-workspace.ts";
import type { Workspace } from "#core/workspace.ts";
import {
  gguf,
  makeRun,
  step,
  trainFinished,
  trainStarted,
  useStandIn,
} from "./testing/stand-in-run.ts";
import type { Action, StandInRun } from "./testing/stand-in-run.ts";
import { until } from "./testing/until.ts";

let ws: Workspace;
beforeEach(async () => {
  useStandIn();
  ws = await temporaryWorkspace();
});

const error = {
  code: "out_of_memory",
  params: { stage: "train" },
  message: "Memory ran out during train.",
};
const outOfMemory: Action[] = [trainStarted, { event: { type: "error", error } }, { exit: 4 }];
const fits: Action[] = [trainStarted, step(1), trainFinished, gguf];

async function start(attempts: Action[][], change: object = {}): Promise<StandInRun> {
  const run = await makeRun(ws, attempts);
  const spec = JSON.parse(await readFile(run.paths.spec, "utf8")) as object;
  await writeFile(run.paths.spec, JSON.stringify({ ...spec, ...change }));
  await enqueue(ws, run);
  return run;
}
const read = (run: StandInRun) => readRun(ws, run.slug, run.id);
const stands = (run: StandInRun, status: string) =>
  until(async () => (await read(run)).state.status === status);

test("a run that fits in no other way asks, and goes on in 4 bits when that is allowed", async () => {
  const run = await start([outOfMemory, fits]);
  await stands(run, "paused");
  const asking = await read(run);
  expect(asking.state.reason?.code).toBe("memory_four_bit");
  expect(asking.changes).toEqual([]);
  expect(offerOf(asking)).toEqual({ kind: "four_bit" });
  await resumeRun(ws, run.slug, run.id, { allow4bit: true });
  await stands(run, "finished");
  const done = await read(run);
  expect(done.changes).toMatchObject([{ step: 0, key: "load_in_4bit", value: true }]);
  expect(done.state.attempt).toBe(2);
});

test("consent that was given at the start is used once nothing else fits, and noted", async () => {
  const run = await start([outOfMemory, fits], { allow4bit: true });
  await stands(run, "finished");
  expect((await read(run)).changes).toMatchObject([{ key: "load_in_4bit", value: true }]);
});

test("where 4 bits cannot be they are not offered, and that is said", async () => {
  const device = { type: "mps", name: "A GPU", memoryBytes: 1, threads: 1 };
  const run = await start([outOfMemory], { device });
  await stands(run, "failed");
  const { state } = await read(run);
  expect(state.error?.code).toBe("out_of_memory");
  expect(state.warnings.map(({ code }) => code)).toContain("four_bit_impossible");
  await expect(resumeRun(ws, run.slug, run.id, { allow4bit: true })).rejects.toMatchObject({
    code: "four_bit_unavailable",
  });
});

test("after the first step it is no rung any more", async () => {
  const run = await start([[trainStarted, step(1), ...outOfMemory.slice(1)]]);
  await stands(run, "failed");
  expect(offerOf(await read(run))).toBeNull();
  await expect(resumeRun(ws, run.slug, run.id, { allow4bit: true })).rejects.toMatchObject({
    code: "four_bit_too_late",
  });
  expect((await read(run)).changes).toEqual([]);
});
