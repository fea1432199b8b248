import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { RunEvent } from "#contract/events.ts";
import { readEventLog } from "#core/runs/event-log.ts";
import type { RunPaths } from "#core/runs/run-paths.ts";
import { holdTrainer, signal, trainerPid } from "./hold.ts";
import type { SlowOllama } from "./slow-ollama.ts";

export type Target = "trainer" | "runner" | "both";

/** What each series must hit: they last for milliseconds, so the run is held in them. */
export const required = ["checkpoint", "merge", "conversion", "upload"] as const;

/** Where in its life a run is killed. */
export interface Moment {
  name: string;
  inside?: (typeof required)[number];
  /** Resolves when it has come; false where the run ended without it. */
  wait: (paths: RunPaths, slow: SlowOllama) => Promise<boolean>;
  targets: readonly Target[];
}

export type Random = () => number;

/** Numbers in [0, 1) that a seed repeats. Source: mulberry32 by Tommy Ettinger, public domain. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export const pick = <T>(random: Random, values: readonly T[]): T =>
  values[Math.floor(random() * values.length)] as T;

const every: readonly Target[] = ["trainer", "runner", "both"];

/** Some milliseconds into the middle of what an event began. */
const soon = (random: Random, most: number) => sleep(random() * most);

/** A random step of the training, with the random rest of a step behind it. */
export function atStep(random: Random, from: number, to: number): Moment {
  const step = from + Math.floor(random() * (to - from));
  return {
    name: `after step ${step}`,
    targets: every,
    async wait(paths) {
      const there = await eventually(paths, (event) =>
        event.type === "train.step" ? event.step >= step : false,
      );
      await soon(random, 60);
      return there;
    },
  };
}

/** While a checkpoint behind a random step is being written. */
export function inCheckpoint(random: Random, from: number, to: number): Moment {
  const step = from + Math.floor(random() * (to - from));
  return {
    name: `inside a checkpoint's write from step ${step} on`,
    inside: "checkpoint",
    targets: every,
    async wait(paths) {
      await eventually(paths, (event) =>
        event.type === "train.step" ? event.step >= step : false,
      );
      return held(paths, () => partsIn(paths.checkpoints));
    },
  };
}

export function inStage(random: Random, stage: "load_model" | "tokenize" | "evaluate"): Moment {
  return {
    name: `in the stage ${stage}`,
    targets: every,
    async wait(paths) {
      const there = await stageBegins(paths, stage);
      await soon(random, 300);
      return there;
    },
  };
}

export const inMerge = (): Moment => ({
  name: "inside the merge's write",
  inside: "merge",
  targets: every,
  wait: (paths) => held(paths, () => existsSync(`${paths.merged}.part`)),
});

export const inConversion = (): Moment => ({
  name: "inside the GGUF's write",
  inside: "conversion",
  targets: every,
  wait: (paths) => held(paths, () => existsSync(join(paths.gguf, "model-f16.gguf.part"))),
});

export const inQuantising = (random: Random): Moment => ({
  name: "in the stage quantize_gguf",
  targets: every,
  async wait(paths) {
    const there = await stageBegins(paths, "quantize_gguf");
    await soon(random, 200);
    return there;
  },
});

export const inUpload = (): Moment => ({
  name: "inside the upload to Ollama",
  inside: "upload",
  // The trainer has done its part by then.
  targets: ["runner"],
  async wait(paths, slow) {
    // Not the rehearsal's, which belongs to the stage tokenize.
    if (!(await stageBegins(paths, "create_modelfile"))) return false;
    await slow.holdNext(/^POST \/api\/blobs/);
    return true;
  },
});

/** Kills by id, as the system does. Returns what was hit. */
export async function strike(paths: RunPaths, target: Target, runner: number): Promise<string> {
  const trainer = await trainerPid(paths);
  const hit: string[] = [];
  for (const [name, pid] of [
    ["trainer", target === "runner" ? 0 : trainer],
    ["runner", target === "trainer" ? 0 : runner],
  ] as const) {
    if (signal(pid, "SIGKILL")) hit.push(name);
  }
  // One that is held hears of its runner's death only when it goes on.
  signal(trainer, "SIGCONT");
  return hit.join(" and ") || "nothing";
}

const partsIn = (folder: string): boolean => {
  try {
    return readdirSync(folder).some((name) => name.endsWith(".part"));
  } catch {
    return false;
  }
};

const stageBegins = (paths: RunPaths, stage: string): Promise<boolean> =>
  eventually(paths, (event) => event.type === "stage.started" && event.stage === stage);

const over = (event: RunEvent): boolean => event.type === "run.finished";

async function eventually(paths: RunPaths, is: (event: RunEvent) => boolean): Promise<boolean> {
  for (;;) {
    const events = await readEventLog(paths.events);
    if (events.some(is)) return true;
    if (events.some(over)) return false;
    await sleep(15);
  }
}

const held = async (paths: RunPaths, at: () => boolean): Promise<boolean> =>
  (await holdTrainer(paths, {
    at,
    isOver: async () => (await readEventLog(paths.events)).some(over),
  })) > 0;
