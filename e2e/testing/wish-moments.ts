import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { RunEvent, Stage, TrainerEvent } from "#contract/events.ts";
import { readEventLog } from "#core/runs/event-log.ts";
import type { RunPaths } from "#core/runs/run-paths.ts";
import { holdTrainer, signal } from "./hold.ts";
import type { SlowOllama } from "./slow-ollama.ts";

/** What a moment is looked for in: the attempt that is going on. */
export interface Attempt {
  paths: RunPaths;
  number: number;
  /** Where this attempt's lines in trainer.jsonl begin. */
  from: number;
  slow: SlowOllama;
  ollama: string;
}

/** Where in its life a run is cancelled or paused. */
export interface WishMoment {
  name: string;
  /** Where it may say that it ended: beside the stage itself the next one, if that is quick. */
  stages: readonly (Stage | null)[];
  /** Whether it ends within a step, with a checkpoint. */
  inTraining?: boolean;
  /** Resolves when it has come, with what lets the run go on; undefined where it was missed. */
  wait: (attempt: Attempt) => Promise<(() => void) | undefined>;
}

/** Stops the trainer as soon as its own events, and what else may be asked, say that it is there. */
function held(
  name: string,
  stages: WishMoment["stages"],
  at: (events: TrainerEvent[], paths: RunPaths) => boolean,
  more: Partial<WishMoment> = {},
): WishMoment {
  return {
    name,
    stages,
    ...more,
    async wait(attempt) {
      const { paths } = attempt;
      const pid = await holdTrainer(paths, {
        at: () => at(trainerEvents(attempt), paths),
        isOver: async () => (await thisAttempt(attempt)).some(ended),
      });
      return pid === 0 ? undefined : () => void signal(pid, "SIGCONT");
    },
  };
}

const inStage = (stage: Stage): WishMoment => held(stage, [stage], (events) => isIn(events, stage));

/** `stepsPerEpoch`: behind its last step the held-out loss is taken. */
export function wishMoments(stepsPerEpoch: number): WishMoment[] {
  const lastStep = (events: TrainerEvent[]) => {
    const steps = events.filter((event) => event.type === "train.step");
    return steps.at(-1)?.step ?? 0;
  };
  const has = (events: TrainerEvent[], type: TrainerEvent["type"]) =>
    events.some((event) => event.type === type);
  const trains = { inTraining: true };
  return [
    inStage("import_libraries"),
    inStage("load_model"),
    inStage("setup_lora"),
    held(
      "tokenize: the rehearsal's merge and conversion",
      ["tokenize"],
      (events) => has(events, "rehearsal.asked") && !has(events, "rehearsal.ready"),
    ),
    {
      name: "tokenize: the rehearsal's upload to Ollama",
      stages: ["tokenize"],
      wait: (attempt) => heldRequest(attempt, /^POST \/api\/blobs/),
    },
    held(
      "train: the longest batch is tried",
      ["train"],
      (events) => isIn(events, "train") && !has(events, "train.step"),
      { inTraining: true },
    ),
    held(
      "train: a step",
      ["train"],
      (events) => lastStep(events) % stepsPerEpoch === 3 && isIn(events, "train"),
      trains,
    ),
    held(
      "train: held-out evaluation",
      ["train"],
      (events) =>
        lastStep(events) > 0 &&
        lastStep(events) % stepsPerEpoch === 0 &&
        events.at(-1)?.type === "train.step",
      trains,
    ),
    held(
      "train: a checkpoint's write",
      ["train"],
      (_events, { checkpoints }) => hasPart(checkpoints),
      trains,
    ),
    inStage("evaluate"),
    inStage("merge_lora"),
    held("convert_gguf", ["convert_gguf"], (_events, { gguf }) =>
      existsSync(join(gguf, "model-f16.gguf.part")),
    ),
    held("quantize_gguf", ["quantize_gguf"], (_events, { gguf }) =>
      existsSync(join(gguf, "model-q8_0.gguf.part")),
    ),
    held(
      "quantize_gguf: the GGUF answers the held-out rows",
      ["quantize_gguf"],
      (events, { gguf }) =>
        isIn(events, "quantize_gguf") &&
        existsSync(join(gguf, "model-q8_0.gguf")) &&
        events.some(
          (event) =>
            event.type === "stage.progress" &&
            event.unit === "rows" &&
            event.stage === "quantize_gguf",
        ),
    ),
    {
      name: "create_modelfile",
      stages: ["create_modelfile", "register_ollama"],
      wait: async (attempt) => {
        // It lasts for a millisecond: a run that is already on its way into Ollama stands still there.
        void attempt.slow.holdNext(/^POST \/api\/blobs/);
        await begins(attempt, "create_modelfile");
        return attempt.slow.release;
      },
    },
    {
      name: "register_ollama: the upload",
      stages: ["register_ollama"],
      wait: (attempt) => heldRequest(attempt, /^POST \/api\/blobs/),
    },
    {
      name: "register_ollama: the model is created",
      stages: ["register_ollama"],
      wait: (attempt) => heldRequest(attempt, /^POST \/api\/create/),
    },
    {
      name: "verify_ollama",
      stages: ["verify_ollama"],
      wait: async (attempt) => {
        while ((await loadedModels(attempt.ollama)).length === 0) await sleep(20);
        return heldRequest(attempt, /^POST \/api\/chat/);
      },
    },
  ];
}

/** The models that Ollama holds in memory. */
export async function loadedModels(ollama: string): Promise<string[]> {
  const reply = (await (await fetch(`${ollama}/api/ps`)).json()) as { models?: { name: string }[] };
  return (reply.models ?? []).map(({ name }) => name);
}

/** Undefined where the run ended without such a request. */
async function heldRequest(attempt: Attempt, route: RegExp): Promise<(() => void) | undefined> {
  const met = new AbortController();
  const meeting = attempt.slow.holdNext(route).then(() => met.abort());
  for (;;) {
    await Promise.race([meeting, sleep(100)]);
    if (met.signal.aborted) return attempt.slow.release;
    if ((await thisAttempt(attempt)).some(ended)) return undefined;
  }
}

async function begins(attempt: Attempt, stage: Stage): Promise<void> {
  const is = (event: RunEvent) => event.type === "stage.started" && event.stage === stage;
  while (!(await thisAttempt(attempt)).some(is)) await sleep(15);
}

const thisAttempt = async ({ paths, number }: Attempt): Promise<RunEvent[]> =>
  (await readEventLog(paths.events)).filter(({ attempt }) => attempt === number);

const ended = ({ type }: RunEvent): boolean =>
  /^run\.(finished|failed|cancelled|paused)$/.test(type);

/** Straight from the trainer's file: what the runner has copied of it comes a moment later. */
function trainerEvents({ paths, from }: Attempt): TrainerEvent[] {
  if (!existsSync(paths.trainerEvents)) return [];
  const text = readFileSync(paths.trainerEvents).subarray(from).toString("utf8");
  const whole = text.slice(0, text.lastIndexOf("\n") + 1);
  return whole
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as TrainerEvent);
}

function isIn(events: readonly TrainerEvent[], stage: Stage): boolean {
  const of = (type: TrainerEvent["type"]) =>
    events.some((event) => event.type === type && "stage" in event && event.stage === stage);
  return of("stage.started") && !of("stage.finished");
}

function hasPart(folder: string): boolean {
  return existsSync(folder) && readdirSync(folder).some((name) => name.endsWith(".part"));
}
