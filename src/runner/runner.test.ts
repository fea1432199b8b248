import { appendFile, readFile, rm, writeFile } from "node:fs/promises";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { cancelRun, pauseRun, resumeRun } from "#core/runs/control-run.ts";
import { followEvents } from "#core/runs/follow.ts";
import { enqueue } from "#core/runs/queue.ts";
import { listQueue } from "#core/runs/queue-entries.ts";
import { readCurve, readRun } from "#core/runs/read-runs.ts";
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
import type { StandInRun } from "./testing/stand-in-run.ts";
import { until } from "./testing/until.ts";

beforeEach(useStandIn);

/** Follows a run to its end; returns the types of its events from `fromSeq` on. */
async function ended(ws: Workspace, { slug, id }: StandInRun, fromSeq = 0): Promise<string[]> {
  const types: string[] = [];
  for await (const event of followEvents(ws, slug, id, { fromSeq })) types.push(event.type);
  return types;
}

test("a run goes through all stages; its events are numbered, its decisions told, its Modelfile written", async () => {
  const ws = await temporaryWorkspace();
  const run = await startStandIn(ws, [[trainStarted, step(1), step(4), trainFinished, gguf]]);
  const types = await ended(ws, run);
  expect(types).toEqual([
    "run.started",
    "decision",
    "stage.started",
    "train.step",
    "train.step",
    "stage.finished",
    "stage.started",
    "stage.finished",
    "stage.started",
    "stage.skipped",
    "stage.started",
    "stage.skipped",
    "run.finished",
  ]);
  const events = await run.events();
  expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1));
  const { state } = await readRun(ws, run.slug, run.id);
  expect(state).toMatchObject({ status: "finished", attempt: 1, step: 4, loss: 1 });
  const status = Object.fromEntries(state.stages.map((stage) => [stage.stage, stage.status]));
  expect(status).toMatchObject({
    create_modelfile: "finished",
    register_ollama: "skipped",
    verify_ollama: "skipped",
  });
  const reason = state.stages.find(({ stage }) => stage === "register_ollama")?.reason;
  expect(reason?.code).toBe("ollama_not_running");
  expect(await readFile(run.paths.modelfile, "utf8")).toContain("FROM ./gguf/model-q8_0.gguf");
});

describe("a trainer that fails", () => {
  test.each([
    ["exits without a word", { exit: 9 } as const, "exit code 9"],
    ["is killed", { kill: true } as const, "signal SIGKILL"],
  ])(
    "%s: it is started anew three times, then the run has failed, with the end of its log",
    async (_name, action, detail) => {
      const ws = await temporaryWorkspace();
      const run = await startStandIn(ws, [[trainStarted, { print: "last words" }, action]]);
      expect((await ended(ws, run)).at(-1)).toBe("run.failed");
      const { state } = await readRun(ws, run.slug, run.id);
      expect(state).toMatchObject({
        status: "failed",
        attempt: 4,
        automaticResumes: 3,
        error: { code: "python_failed", params: { detail } },
      });
      expect(state.error?.params["log"]).toContain("last words");
      expect(state.stages.find(({ stage }) => stage === "train")?.status).toBe("failed");
    },
  );

  test("says why: its own error is the run's", async () => {
    const ws = await temporaryWorkspace();
    const error = { code: "loss_not_finite", params: { step: 3 }, message: "The loss became NaN." };
    const run = await startStandIn(ws, [
      [trainStarted, { event: { type: "error", error } }, { exit: 4 }],
    ]);
    await ended(ws, run);
    expect((await readRun(ws, run.slug, run.id)).state).toMatchObject({ status: "failed", error });
  });

  test("writes half lines, odd lines and cut characters: none is lost, none stalls", async () => {
    const ws = await temporaryWorkspace();
    const line = JSON.stringify({
      time: "2026-11-22T10:00:00Z",
      type: "log",
      level: "info",
      text: "ä€",
    });
    const run = await startStandIn(ws, [
      [
        { raw: line.slice(0, 20) },
        { sleep: 200 },
        { raw: `${line.slice(20)}\nnonsense\n` },
        { raw: '{"type":"unheard.of"}\n{"torn' },
        gguf,
      ],
    ]);
    await ended(ws, run);
    const logs = (await run.events()).flatMap((event) =>
      event.type === "log" ? [event.text] : [],
    );
    expect(logs).toEqual(["ä€", "not an event: nonsense", 'not an event: {"type":"unheard.of"}']);
    expect((await readRun(ws, run.slug, run.id)).state.status).toBe("finished");
  });

  test("cannot be started at all: said, not hung", async () => {
    const ws = await temporaryWorkspace();
    vi.stubEnv("TUNESMITH_PYTHON", `${ws.home}/nothing`);
    const run = await startStandIn(ws, [[]]);
    await ended(ws, run);
    expect((await readRun(ws, run.slug, run.id)).state).toMatchObject({
      status: "failed",
      error: { code: "python_failed" },
    });
  });
});

describe("stopping and going on", () => {
  const patient = [trainStarted, step(1), step(2), { waitForWish: true } as const, { exit: 3 }];
  const again = [
    trainStarted,
    { event: { type: "train.resumed", step: 1, folder: "checkpoints/step-000001" } } as const,
    step(2, 0.5),
    step(4, 0.1),
    trainFinished,
    gguf,
  ];

  test.each([
    [cancelRun, "cancelled"],
    [pauseRun, "paused"],
  ])("a wish stops a run, and it goes on as a second attempt", async (wish, status) => {
    const ws = await temporaryWorkspace();
    const run = await startStandIn(ws, [patient, again]);
    await until(async () => (await run.events()).some(({ type }) => type === "train.step"));
    await wish(ws, run.slug, run.id);
    expect((await ended(ws, run)).slice(-2)).toEqual(["run.wish", `run.${status}`]);
    expect((await readRun(ws, run.slug, run.id)).state.status).toBe(status);
    await expect(wish(ws, run.slug, run.id)).rejects.toMatchObject({ code: "run_not_active" });

    await resumeRun(ws, run.slug, run.id);
    await ended(ws, run);
    const { state } = await readRun(ws, run.slug, run.id);
    expect(state).toMatchObject({ status: "finished", attempt: 2, loss: 0.1, wish: null });
    expect(
      (await readCurve(ws, run.slug, run.id)).points.map(({ step, loss }) => [step, loss]),
    ).toEqual([
      [1, 1],
      [2, 0.5],
      [4, 0.1],
    ]);
    await expect(resumeRun(ws, run.slug, run.id)).rejects.toMatchObject({ code: "run_not_active" });
  });

  test("a runner that is killed takes its trainer along; the run is interrupted and goes on, no event lost", async () => {
    const ws = await temporaryWorkspace();
    const run = await startStandIn(ws, [patient, again]);
    await until(async () => (await run.events()).some(({ type }) => type === "train.step"));
    const started = (await run.events()).find((event) => event.type === "run.started");
    process.kill(started?.type === "run.started" ? started.pid : 0, "SIGKILL");
    await until(async () => (await readRun(ws, run.slug, run.id)).state.status === "interrupted");

    // What the trainer wrote after its runner had died must reach the log, too.
    const late = { time: "2026-11-22T10:00:00Z", type: "log", level: "info", text: "late" };
    await appendFile(run.paths.trainerEvents, `${JSON.stringify(late)}\n`);
    await resumeRun(ws, run.slug, run.id);
    await ended(ws, run);
    const { state } = await readRun(ws, run.slug, run.id);
    expect(state).toMatchObject({ status: "finished", attempt: 2 });
    const events = await run.events();
    expect(events.filter((event) => event.type === "log")).toHaveLength(1);
    const steps = events.flatMap((event) => (event.type === "train.step" ? [event.step] : []));
    expect(steps).toEqual([1, 2, 2, 4]);
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1));
  });
});

test("one run at a time: others wait in their order and start by themselves", async () => {
  const ws = await temporaryWorkspace();
  const slow = [trainStarted, { waitForWish: true } as const, { exit: 3 }];
  const first = await startStandIn(ws, [slow], 1);
  await until(async () => (await first.events()).length > 0);
  const second = await startStandIn(ws, [[gguf]], 2);
  const third = await startStandIn(ws, [[gguf]], 3);
  expect(await listQueue(ws)).toMatchObject([{ id: second.id }, { id: third.id }]);
  expect((await readRun(ws, second.slug, second.id)).state.status).toBe("queued");
  await cancelRun(ws, first.slug, first.id);
  await Promise.all([ended(ws, second), ended(ws, third)]);
  const begin = async (run: StandInRun) => (await run.events())[0]?.time ?? "";
  expect((await begin(second)) < (await begin(third))).toBe(true);
  expect((await readRun(ws, third.slug, third.id)).state.status).toBe("finished");
});

test("a run that waits can be cancelled, and one whose folder is gone holds up nobody", async () => {
  const ws = await temporaryWorkspace();
  const slow = [trainStarted, { waitForWish: true } as const, { exit: 3 }];
  const first = await startStandIn(ws, [slow], 1);
  await until(async () => (await first.events()).length > 0);
  const second = await startStandIn(ws, [[gguf]], 2);
  const third = await startStandIn(ws, [[gguf]], 3);
  const fourth = await startStandIn(ws, [[gguf]], 4);
  await cancelRun(ws, second.slug, second.id);
  expect((await readRun(ws, second.slug, second.id)).state.status).toBe("cancelled");
  await rm(third.paths.folder, { recursive: true });
  await cancelRun(ws, first.slug, first.id);
  await ended(ws, fourth);
  expect((await readRun(ws, fourth.slug, fourth.id)).state.status).toBe("finished");
  expect(await second.events()).toHaveLength(1);
  expect(await listQueue(ws)).toEqual([]);
});

test("a spec that is no spec fails its run and no other", async () => {
  const ws = await temporaryWorkspace();
  const broken = await makeRun(ws, [[gguf]], 1);
  const spec = JSON.parse(await readFile(broken.paths.spec, "utf8")) as object;
  await writeFile(broken.paths.spec, JSON.stringify({ ...spec, lora: { r: "many" } }));
  await enqueue(ws, broken);
  await until(async () => (await broken.events()).some(({ type }) => type === "run.failed"));
  const failed = (await broken.events()).find((event) => event.type === "run.failed");
  expect(failed).toMatchObject({ error: { code: "run_spec_invalid" } });
  const next = await startStandIn(ws, [[gguf]], 2);
  await ended(ws, next);
  expect((await readRun(ws, next.slug, next.id)).state.status).toBe("finished");
});
