import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import type { RunEvent } from "#contract/events.ts";
import { cancelRun, pauseRun, restartRun, resumeRun } from "#core/runs/control-run.ts";
import { listBegun, listQueue } from "#core/runs/queue-entries.ts";
import { openEventWriter } from "#core/runs/event-log.ts";
import { readRun, readSpec } from "#core/runs/read-runs.ts";
import { keepGoing } from "#core/runs/recover.ts";
import { leaveWish } from "#core/runs/wishes.ts";
import { updateSettings } from "#core/settings.ts";
import { temporaryWorkspace } from "#core/testing/temporary-workspace.ts";
import type { Workspace } from "#core/workspace.ts";
import {
  gguf,
  makeRun,
  startStandIn,
  step,
  trainFinished,
  trainStarted,
  useStandIn,
} from "./testing/stand-in-run.ts";
import { runTrainer } from "./trainer-process.ts";
import type { Action, StandInRun } from "./testing/stand-in-run.ts";
import { until } from "./testing/until.ts";

beforeEach(useStandIn);

const stay: Action = { sleep: 600_000 };
const stage = (name: "load_model" | "merge_lora" | "quantize_gguf"): Action => ({
  event: { type: "stage.started", stage: name },
});
const checkpoint = (number: number): Action => ({
  event: {
    type: "train.checkpoint",
    step: number,
    folder: `checkpoints/step-00000${number}`,
    reason: "steps",
    best: false,
  },
});

const status = async (ws: Workspace, { slug, id }: StandInRun) =>
  (await readRun(ws, slug, id)).state.status;
const has = async (run: StandInRun, is: (event: RunEvent) => boolean) =>
  (await run.events()).some(is);
const ends = (ws: Workspace, run: StandInRun, wanted: string) =>
  until(async () => (await status(ws, run)) === wanted);

/** Kills the runner of an attempt, and waits until nobody carries the run. */
async function killRunner(ws: Workspace, run: StandInRun, attempt: number): Promise<void> {
  const started = (event: RunEvent) => event.type === "run.started" && event.attempt === attempt;
  await until(() => has(run, (event) => event.type === "train.step" && event.attempt === attempt));
  const event = (await run.events()).find(started);
  process.kill(event?.type === "run.started" ? event.pid : 0, "SIGKILL");
  await ends(ws, run, "interrupted");
}

describe("a run whose runner dies", () => {
  const script = [trainStarted, checkpoint(1), step(2), stay];

  test("is taken up by itself three times, then offered with the reason; a person may go on", async () => {
    const ws = await temporaryWorkspace();
    const end = [trainStarted, step(4), trainFinished, gguf];
    const run = await startStandIn(ws, [script, script, script, script, end]);
    for (let attempt = 1; attempt <= 3; attempt++) {
      await killRunner(ws, run, attempt);
      await keepGoing(ws);
      await until(() =>
        has(run, (event) => event.type === "run.resumed" && event.count === attempt),
      );
    }
    await killRunner(ws, run, 4);
    await keepGoing(ws);
    const { state } = await readRun(ws, run.slug, run.id);
    expect(state).toMatchObject({
      status: "interrupted",
      automaticResumes: 3,
      reason: { code: "run_stopped_often", params: { count: 4, stage: "train" } },
    });
    expect([await listBegun(ws), await listQueue(ws)]).toEqual([[], []]);
    await keepGoing(ws);
    expect(await status(ws, run)).toBe("interrupted");

    await resumeRun(ws, run.slug, run.id);
    await ends(ws, run, "finished");
    const said = (await run.events()).filter((event) => event.type === "run.resumed");
    expect(said).toMatchObject([
      { by: "automatic", count: 1, step: 1 },
      { by: "automatic", count: 2, step: 1 },
      { by: "automatic", count: 3, step: 1 },
      { by: "person", count: 0, step: 1 },
    ]);
  });

  test("stays where it is if that is switched off, and says so", async () => {
    const ws = await temporaryWorkspace();
    await updateSettings(ws, { autoResume: false });
    const run = await startStandIn(ws, [script]);
    await killRunner(ws, run, 1);
    await keepGoing(ws);
    const { state } = await readRun(ws, run.slug, run.id);
    expect(state).toMatchObject({ status: "interrupted", reason: { code: "run_stopped_once" } });
    expect(await listQueue(ws)).toEqual([]);
  });

  test("is not taken up where its end was wished", async () => {
    const ws = await temporaryWorkspace();
    const run = await startStandIn(ws, [script]);
    await killRunner(ws, run, 1);
    await leaveWish(run.paths.wishes, "cancel");
    await keepGoing(ws);
    expect(await status(ws, run)).toBe("cancelled");
  });
});

describe.each(["load_model", "merge_lora", "quantize_gguf"] as const)("in the stage %s", (name) => {
  test.each([
    [cancelRun, "cancelled"],
    [pauseRun, "paused"],
  ] as const)(
    "a wish is granted at once, though the trainer hears nothing (%#)",
    async (wish, wanted) => {
      const ws = await temporaryWorkspace();
      const run = await startStandIn(ws, [[stage(name), stay], [gguf]]);
      await until(() => has(run, ({ type }) => type === "stage.started"));
      await wish(ws, run.slug, run.id);
      await ends(ws, run, wanted);
      const { state } = await readRun(ws, run.slug, run.id);
      expect(state).toMatchObject({ error: null, automaticResumes: 0 });
      await resumeRun(ws, run.slug, run.id);
      await ends(ws, run, "finished");
    },
  );
});

test("in training a wish waits for the step and its checkpoint", async () => {
  const ws = await temporaryWorkspace();
  const slow: Action[] = [trainStarted, step(1), { sleep: 4000 }, checkpoint(2), { exit: 3 }];
  const run = await startStandIn(ws, [slow]);
  await until(() => has(run, ({ type }) => type === "train.step"));
  await pauseRun(ws, run.slug, run.id);
  await ends(ws, run, "paused");
  expect((await readRun(ws, run.slug, run.id)).state.lastCheckpoint).toBe(2);
});

test("a wish ends a trainer that hangs within a step, as soon as it is known to", async () => {
  const ws = await temporaryWorkspace();
  const { paths, slug, id, ...run } = await makeRun(ws, [[trainStarted, step(1), stay]]);
  const events = await openEventWriter(paths.events);
  const spec = await readSpec(ws, slug, id);
  const stall = { patience: { suspended: 1, waiting: 1, computing: 4 }, pollMs: 100 };
  const carried = { home: ws.home, spec, paths, events, from: 0, stall };
  const trained = await runTrainer(carried, (tell) => tell("pause"));
  await events.close();
  expect(trained).toEqual({ kind: "stopped", stage: "train" });
  expect((await run.events()).find(({ type }) => type === "run.stalled")).toMatchObject({
    stage: "train",
    cause: { code: "stall_computing" },
  });
});

test("a stalled trainer is started anew when a person asks for that", async () => {
  const ws = await temporaryWorkspace();
  const run = await startStandIn(ws, [
    [stage("load_model"), stay],
    [trainStarted, step(4), trainFinished, gguf],
  ]);
  await until(() => has(run, ({ type }) => type === "stage.started"));
  await restartRun(ws, run.slug, run.id);
  await ends(ws, run, "finished");
  const { state } = await readRun(ws, run.slug, run.id);
  expect(state).toMatchObject({ attempt: 2, automaticResumes: 0 });
});

test("at the disk's low-water mark a run pauses and says what to free", async () => {
  const ws = await temporaryWorkspace();
  await updateSettings(ws, { diskReserveBytes: 2 ** 52 });
  const run = await startStandIn(ws, [
    [trainStarted, step(1), { waitForWish: true }, checkpoint(2), { exit: 3 }],
    [gguf],
  ]);
  await ends(ws, run, "paused");
  const { state } = await readRun(ws, run.slug, run.id);
  expect(state.reason).toMatchObject({ code: "run_disk_low", params: { folder: ws.home } });
  await updateSettings(ws, { diskReserveBytes: null });
  await resumeRun(ws, run.slug, run.id);
  await ends(ws, run, "finished");
});

test("after a power loss the next start carries on with what ran and all that waited, in order", async () => {
  const ws = await temporaryWorkspace();
  const work = [trainStarted, step(4), trainFinished, gguf];
  const first = await startStandIn(ws, [[trainStarted, checkpoint(1), step(2), stay], work], 1);
  const rest = [await startStandIn(ws, [work], 2), await startStandIn(ws, [work], 3)];
  // Nothing else is alive: with this runner every process of the workspace is gone.
  await killRunner(ws, first, 1);
  for (const run of rest) expect(await status(ws, run)).toBe("queued");
  await keepGoing(ws);
  const runs = [first, ...rest];
  for (const run of runs) await ends(ws, run, "finished");
  const begun = [];
  for (const run of runs) {
    const events = await run.events();
    begun.push(events.findLast(({ type }) => type === "run.started")?.time ?? "");
  }
  expect(begun).toEqual([...begun].sort());
  await until(async () => (await listBegun(ws)).length === 0);
  expect(await listQueue(ws)).toEqual([]);
});

test("terminals and servers that start at once never start two; the queue empties without them", async () => {
  const ws = await temporaryWorkspace();
  const work = [trainStarted, step(1), { sleep: 300 }, step(4), trainFinished, gguf];
  const starter = join(import.meta.dirname, "testing", "start-and-wait.ts");
  const runs: StandInRun[] = [];
  for (let number = 1; number <= 5; number++) runs.push(await makeRun(ws, [work], number));
  const starters = runs.map(({ slug, id }) =>
    spawn(process.execPath, ["--disable-warning=ExperimentalWarning", starter, ws.home, slug, id], {
      stdio: ["ignore", "pipe", "inherit"],
    }),
  );
  await Promise.all(starters.map((child) => once(child.stdout, "data")));
  for (const child of starters) child.kill("SIGKILL");
  for (const run of runs) await ends(ws, run, "finished");
  const spans = [];
  for (const run of runs) {
    const events = await run.events();
    expect(events.filter(({ type }) => type === "run.started")).toHaveLength(1);
    const begin = events.find(({ type }) => type === "run.started")?.time ?? "";
    const trained = events.find(
      (event) => event.type === "stage.finished" && event.stage === "train",
    );
    spans.push([begin, trained?.time ?? ""]);
  }
  spans.sort(([a = ""], [b = ""]) => a.localeCompare(b));
  for (let index = 1; index < spans.length; index++) {
    expect((spans[index]?.[0] ?? "") >= (spans[index - 1]?.[1] ?? "")).toBe(true);
  }
  // The last runner takes its mark away behind its last event.
  await until(async () => (await listBegun(ws)).length === 0);
  expect(await listQueue(ws)).toEqual([]);
});
