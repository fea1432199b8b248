import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { RunEventBody } from "#contract/events.ts";
import { tryLock, type Lock } from "#core/files/lock.ts";
import { runPaths } from "#core/runs/run-paths.ts";
import type { Workspace } from "#core/workspace.ts";
import { finishedEvents, makeRunFolder } from "#server/testing/run-folder.ts";
import type { Screen } from "./screens.ts";

/* Runs in the states that a person rarely sees, as their runners leave them. */

const time = "2026-11-22T15:37:00.000Z";
const memory = { step: 9, size: 2, before: 8, accumulation: 4, effective: 8 };

const trained = finishedEvents(12).filter(
  ({ type }) => type !== "run.finished" && type !== "stage.finished",
);
const checkpoint: RunEventBody = {
  type: "train.checkpoint",
  time,
  step: 8,
  folder: "checkpoints/step-000008",
  reason: "steps",
  best: false,
};

interface RunInState {
  name: string;
  /** What is seen once it is there. */
  settled: string;
  events: RunEventBody[];
  /** Someone carries it. */
  carried?: boolean;
  prepare?: Screen["prepare"];
}

const states: RunInState[] = [
  {
    name: "a run that hangs",
    settled: ".note.warn",
    carried: true,
    events: [
      ...trained,
      {
        type: "run.stalled",
        time,
        stage: "train",
        since: time,
        seconds: 200,
        where: "/usr/lib/python3.11/site-packages/torch/utils/data/dataloader.py:1284 _next_data",
        cause: { code: "stall_waiting", params: {}, message: "It waits." },
      },
    ],
  },
  {
    name: "a run without memory",
    settled: ".note.bad",
    events: [
      ...trained,
      {
        type: "warning",
        time,
        code: "memory_micro_batch",
        params: memory,
        message: "Memory ran out.",
      },
      {
        type: "run.failed",
        time,
        stage: "train",
        error: { code: "out_of_memory", params: { stage: "train" }, message: "Memory ran out." },
      },
    ],
  },
  {
    name: "a run that goes on with less memory",
    settled: ".note.info",
    carried: true,
    events: [
      ...trained,
      {
        type: "warning",
        time,
        code: "memory_micro_batch",
        params: memory,
        message: "Memory ran out.",
      },
    ],
  },
  {
    name: "a run that was taken up again",
    settled: ".log > div",
    carried: true,
    events: [
      ...trained,
      checkpoint,
      { type: "run.interrupted", time, stage: "train", reason: null },
      { type: "run.resumed", time, by: "automatic", count: 2, step: 8 },
      { type: "run.started", time, pid: process.pid },
      { type: "stage.started", time, stage: "train" },
    ],
  },
  {
    name: "a run that is not taken up any more",
    settled: ".note.warn",
    events: [
      ...trained,
      checkpoint,
      {
        type: "run.interrupted",
        time,
        stage: "train",
        reason: {
          code: "run_stopped_often",
          params: { count: 3, stage: "train" },
          message: "Three times.",
        },
      },
    ],
  },
  {
    name: "a run that asks for 4 bits",
    settled: ".note.info .btn",
    events: [
      ...trained.slice(0, 3),
      {
        type: "run.paused",
        time,
        stage: "train",
        reason: { code: "memory_four_bit", params: {}, message: "Memory ran out." },
      },
    ],
    async prepare(page) {
      await page.locator(".note.info .btn").click();
      await page.getByRole("dialog").waitFor();
    },
  },
  {
    name: "a run whose loss was no number",
    settled: ".note.info .btn",
    events: [
      ...trained,
      checkpoint,
      {
        type: "run.failed",
        time,
        stage: "train",
        error: {
          code: "loss_not_finite",
          params: {
            loss: "NaN",
            step: 13,
            learning_rate: 0.0002,
            rows: "train.jsonl:3, train.jsonl:17, train.jsonl:25",
            good_checkpoint: 8,
          },
          message: "The loss became NaN.",
        },
      },
    ],
  },
  {
    name: "a run that paused for want of room",
    settled: ".note.warn",
    events: [
      ...trained,
      checkpoint,
      {
        type: "run.paused",
        time,
        stage: "train",
        reason: {
          code: "run_disk_low",
          params: { folder: "/home/someone/.tunesmith", free: "1.2 GB", needed: "2.4 GB" },
          message: "The disk is nearly full.",
        },
      },
    ],
  },
];

/** The names of all that is made here. */
export const runStates = [
  ...states.map(({ name }) => name),
  "a run that cannot be read",
  "broken runs",
];

/** Writes the runs into a project. Who carries one holds its lock until it is released. */
export async function makeRunStates(
  ws: Workspace,
  slug: string,
): Promise<{ screens: Screen[]; locks: Lock[] }> {
  const locks: Lock[] = [];
  const screens: Screen[] = [];
  for (const [index, { name, settled, events, carried, prepare }] of states.entries()) {
    const id = `20261122-1${index}0000-aaaa`;
    await makeRunFolder(ws, slug, { id, number: 11 + index, events });
    if (carried) {
      const lock = tryLock(runPaths(ws, slug, id).lock);
      if (lock) locks.push(lock);
    }
    const path = `/projects/${slug}/runs/${id}`;
    screens.push({ name, path, settled, ...(prepare && { prepare }) });
  }
  const broken = "20261122-190000-aaaa";
  const folder = await makeRunFolder(ws, slug, { id: broken, number: 30 });
  await writeFile(join(folder, "run.json"), "{ this was");
  screens.push(
    {
      name: "a run that cannot be read",
      path: `/projects/${slug}/runs/${broken}`,
      settled: ".note",
    },
    { name: "broken runs", path: `/projects/${slug}/history`, settled: ".note.bad" },
  );
  return { screens, locks };
}
