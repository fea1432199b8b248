import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { vi } from "vitest";
import type { RunEvent, TrainerEvent } from "#contract/events.ts";
import { createProject } from "#core/projects/projects.ts";
import { readEventLog } from "#core/runs/event-log.ts";
import { enqueue } from "#core/runs/queue.ts";
import { runPaths } from "#core/runs/run-paths.ts";
import type { RunPaths } from "#core/runs/run-paths.ts";
import { sampleSpec } from "#core/testing/run-spec.ts";
import type { Workspace } from "#core/workspace.ts";

type WithoutTime<T> = T extends unknown ? Omit<T, "time"> : never;

/** What the stand-in does, in order. */
export type Action =
  | { event: WithoutTime<TrainerEvent> }
  | { raw: string }
  | { print: string }
  | { sleep: number }
  | { file: string }
  | { waitForWish: true }
  | { waitFor: "rehearse" | "go" }
  | { kill: true }
  | { exit: number };

export const trainer = join(import.meta.dirname, "stand-in-trainer.mjs");
/** No Ollama listens there. */
const nobody = "127.0.0.1:9";

/** Lets runners that are started from this test use the stand-in. */
export function useStandIn(): void {
  vi.stubEnv("TUNESMITH_PYTHON", trainer);
  vi.stubEnv("OLLAMA_HOST", nobody);
}

export interface StandInRun {
  slug: string;
  id: string;
  paths: RunPaths;
  events: () => Promise<RunEvent[]>;
}

/** Freezes a run whose trainer follows `attempts`, one list of actions each, without starting it. */
export async function makeRun(
  ws: Workspace,
  attempts: Action[][],
  number = 1,
): Promise<StandInRun> {
  const { slug } = await createProject(ws, { name: "Sky" });
  const id = `20261122-10000${number}-aaaa`;
  const paths = runPaths(ws, slug, id);
  await mkdir(paths.data, { recursive: true });
  await writeFile(join(paths.folder, "script.json"), JSON.stringify(attempts));
  await writeFile(paths.spec, JSON.stringify(sampleSpec(slug, id, number)));
  return { slug, id, paths, events: () => readEventLog(paths.events) };
}

/** As `makeRun`, and queued. */
export async function startStandIn(
  ws: Workspace,
  attempts: Action[][],
  number = 1,
): Promise<StandInRun> {
  const run = await makeRun(ws, attempts, number);
  await enqueue(ws, { slug: run.slug, id: run.id });
  return run;
}

export const step = (number: number, loss = 1): Action => ({
  event: {
    type: "train.step",
    step: number,
    totalSteps: 4,
    epoch: number / 4,
    loss,
    learningRate: 1e-4,
    gradNorm: 1,
    tokens: 10,
    supervisedTokens: 5,
    tokensPerSecond: 100,
    secondsLeft: 1,
    memoryBytes: 1,
  },
});
export const trainStarted: Action = { event: { type: "stage.started", stage: "train" } };
export const trainFinished: Action = {
  event: { type: "stage.finished", stage: "train", seconds: 1 },
};
export const gguf: Action = { file: "gguf/model-q8_0.gguf" };
