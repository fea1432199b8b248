import { join } from "node:path";
import { Readable } from "node:stream";
import { afterEach, beforeEach, expect, test } from "vitest";
import { addDataFile } from "../datasets/data-files.ts";
import { tryLock } from "../files/lock.ts";
import type { Lock } from "../files/lock.ts";
import { createProject } from "../projects/projects.ts";
import { openEventWriter } from "../runs/event-log.ts";
import { deviceLock } from "../runs/queue.ts";
import { listQueue } from "../runs/queue-entries.ts";
import { listRuns, readSpec } from "../runs/read-runs.ts";
import { runPaths } from "../runs/run-paths.ts";
import { makePaperModel } from "../testing/paper-model.ts";
import { temporaryFolder, temporaryWorkspace } from "../testing/temporary-workspace.ts";
import type { Workspace } from "../workspace.ts";
import { exportTrial } from "./export-trial.ts";
import { rankSweep } from "./rank.ts";
import { cancelSweep, startSweep } from "./start-sweep.ts";
import { listSweeps } from "./sweep-files.ts";
import { awaitsExport, endsTrained } from "./train-only.ts";
import { foldFile } from "../runs/fold-file.ts";

const slug = "sky";
let ws: Workspace;
let device: Lock;

beforeEach(async () => {
  ws = await temporaryWorkspace();
  // Another run has the device: what is queued here waits, and no training begins.
  device = tryLock(deviceLock(ws)) as Lock;
  const model = await makePaperModel(join(await temporaryFolder(), "model"), {});
  await createProject(ws, { name: "Sky", model });
  const rows = Array.from({ length: 48 }, (_, i) =>
    JSON.stringify({ instruction: `Is thing ${i} blue?`, output: i % 3 === 0 ? "Yes." : "No." }),
  );
  const stream = Readable.from([rows.join("\n")]);
  await addDataFile(ws, slug, { name: "rows.jsonl", role: "train", stream });
});
afterEach(() => device.release());

const grid = { lora_config: { r: [4, 8, 16] } };

/** Writes into a trial's log what its runner would. */
async function measured(run: string, loss: number): Promise<void> {
  const events = await openEventWriter(runPaths(ws, slug, run).events);
  const time = "2026-11-22T10:00:00.000Z";
  await events.append({ time, type: "run.started", pid: 1 });
  await events.append({
    time,
    type: "train.evaluated",
    step: 1,
    epoch: 1,
    loss,
    tokens: 9,
    best: true,
  });
  await events.append({ time, type: "run.finished" });
  await events.close();
}

test("all trials are frozen with their settings, and wait in order", async () => {
  const sweep = await startSweep(ws, slug, { grid });
  const runs = sweep.trials.map(({ run }) => run);
  expect((await listQueue(ws)).map(({ id }) => id)).toEqual(runs);
  const specs = await Promise.all(runs.map((run) => readSpec(ws, slug, run)));
  expect(specs.map(({ lora }) => lora["r"])).toEqual([4, 8, 16]);
  expect(specs.map(({ trial }) => trial)).toEqual(specs.map(() => ({ sweep: sweep.id })));
  expect(await listSweeps(ws, slug)).toEqual([sweep]);
  const first = runPaths(ws, slug, runs[0] as string);
  expect(specs[0] && endsTrained(specs[0], first)).toBe(true);
});

test("one impossible trial, and none is queued", async () => {
  const list = [{ lora_config: { r: 4 } }, { lora_config: { target_modules: ["nothing"] } }];
  await expect(startSweep(ws, slug, { list })).rejects.toMatchObject({
    code: "lora_target_unknown",
  });
  expect(await listQueue(ws)).toEqual([]);
  expect((await listRuns(ws, slug)).runs).toEqual([]);
  expect(await listSweeps(ws, slug)).toEqual([]);
});

test("the lowest held-out loss is first; what is not measured has no rank", async () => {
  const sweep = await startSweep(ws, slug, { grid });
  const [a, b, c] = sweep.trials.map(({ run }) => run) as [string, string, string];
  await cancelSweep(ws, slug, sweep.id);
  await measured(a, 1.5);
  await measured(b, 0.5);
  const ranking = await rankSweep(ws, sweep);
  expect(ranking.map(({ run, rank }) => [run, rank])).toEqual([
    [b, 1],
    [a, 2],
    [c, null],
  ]);
  expect(ranking.map(({ status }) => status)).toEqual(["finished", "finished", "cancelled"]);
});

test("losses on other held-out rows are not ranked beside the others", async () => {
  const list = [
    { training_config: { seed: 1 }, lora_config: { r: 4 } },
    { training_config: { seed: 1 }, lora_config: { r: 8 } },
    { training_config: { seed: 2 }, lora_config: { r: 4 } },
  ];
  const sweep = await startSweep(ws, slug, { list });
  await cancelSweep(ws, slug, sweep.id);
  const specs = await Promise.all(sweep.trials.map(({ run }) => readSpec(ws, slug, run)));
  expect(specs[0]?.data.checkSha256).toBe(specs[1]?.data.checkSha256);
  expect(specs[0]?.data.checkSha256).not.toBe(specs[2]?.data.checkSha256);
  for (const [index, { run }] of sweep.trials.entries()) await measured(run, 1 - index / 10);
  const ranking = await rankSweep(ws, sweep);
  expect(ranking.map(({ rank, incomparable }) => [rank, incomparable])).toEqual([
    [1, false],
    [2, false],
    [null, true],
  ]);
});

test("only a finished trial is exported, and it waits in the queue again", async () => {
  const sweep = await startSweep(ws, slug, { grid });
  const [a, b] = sweep.trials.map(({ run }) => run) as [string, string];
  await expect(exportTrial(ws, slug, a)).rejects.toMatchObject({ code: "run_active" });
  await cancelSweep(ws, slug, sweep.id);
  await expect(exportTrial(ws, slug, a)).rejects.toMatchObject({ code: "run_not_finished" });
  await measured(b, 1);
  const spec = await exportTrial(ws, slug, b);
  const paths = runPaths(ws, slug, b);
  expect(endsTrained(spec, paths)).toBe(false);
  expect(awaitsExport(await foldFile(paths.events), paths)).toBe(true);
  expect((await listQueue(ws)).map(({ id }) => id)).toEqual([b]);
});
