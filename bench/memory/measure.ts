import { execFile, spawn } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { promisify } from "node:util";
import type { TrainerEvent } from "../../src/contract/events.ts";
import type { MemoryEstimate, MemoryPhase } from "../../src/contract/memory.ts";
import type { RunSpec } from "../../src/contract/run.ts";
import {
  addDataFile,
  createProject,
  openWorkspace,
  startRun,
  updateProject,
} from "../../src/core/api.ts";
import type { EnginePaths } from "../../src/core/engine/paths.ts";
import { trainerEnvironment } from "../../src/core/engine/trainer-environment.ts";
import { tryLock } from "../../src/core/files/lock.ts";
import { deviceLock } from "../../src/core/runs/queue.ts";
import { readModelShape } from "../../src/core/memory/model-shape.ts";
import { runPaths } from "../../src/core/runs/run-paths.ts";
import { trainerPaths } from "../../src/core/trainer/paths.ts";
import type { Configuration } from "./configurations.ts";

export interface Measured {
  estimate: MemoryEstimate;
  bytes: Partial<Record<MemoryPhase, number>>;
  seconds: number;
  spec: RunSpec;
  shape: unknown;
}

/** Plans and trains one configuration with the real trainer, up to the end of its evaluation. */
export async function measure(configuration: Configuration, home: string): Promise<Measured> {
  const folder = await mkdtemp(join(tmpdir(), "tunesmith-memory-"));
  const begin = performance.now();
  try {
    const { family, config, tokens, rows } = configuration;
    const engine = await trainerPaths({ home });
    const args = [folder, family, JSON.stringify(config), String(tokens), String(rows)];
    await promisify(execFile)(engine.python, [join(import.meta.dirname, "make_model.py"), ...args]);
    const spec = await freeze(configuration, folder);
    const bytes = await train(spec.run, engine);
    const seconds = (performance.now() - begin) / 1000;
    if (!spec.spec.memory) throw new Error("the model's sizes were not understood");
    const shape = await readModelShape(join(folder, "model"));
    return { estimate: spec.spec.memory, bytes, seconds, spec: spec.spec, shape };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A queued run: the device's lock is held meanwhile, so that nothing starts it. */
async function freeze(
  { training = {}, lora = {}, quantization = {} }: Configuration,
  folder: string,
): Promise<{ spec: RunSpec; run: string }> {
  const home = join(folder, "home");
  await mkdir(home);
  const ws = await openWorkspace({ home });
  const { slug } = await createProject(ws, { name: "Memory", model: join(folder, "model") });
  await updateProject(ws, slug, {
    training_config: {
      num_train_epochs: 1,
      gradient_accumulation_steps: 1,
      save_strategy: "no",
      logging_steps: 1,
      gradient_checkpointing: false,
      ...training,
    },
    lora_config: lora,
    quantization_config: quantization,
  });
  for (const role of ["train", "check"] as const) {
    const name = `${role}.jsonl`;
    await addDataFile(ws, slug, { name, role, path: join(folder, name) });
  }
  const lock = tryLock(deviceLock(ws));
  try {
    const spec = await startRun(ws, slug);
    return { spec, run: runPaths(ws, slug, spec.id).folder };
  } finally {
    lock?.release();
  }
}

/** Runs the trainer until its evaluation is over; what it measured. */
async function train(run: string, engine: EnginePaths): Promise<Measured["bytes"]> {
  const trainer = spawn(engine.python, ["-m", "tunesmith_trainer", "run", run], {
    env: trainerEnvironment(engine, { threads: 1 }),
    stdio: ["pipe", "ignore", "ignore"],
  });
  const ended = new Promise<void>((resolve) => {
    trainer.once("exit", () => resolve());
  });
  let over = false;
  void ended.then(() => (over = true));
  const bytes: Measured["bytes"] = {};
  for (;;) {
    await setTimeout(200);
    const events = await readEvents(run);
    const failed = events.find(({ type }) => type === "error");
    if (failed) throw new Error(JSON.stringify(failed));
    for (const event of events) {
      if (event.type === "memory.peak" && event.phase !== "probe") {
        bytes[event.phase] = Math.max(bytes[event.phase] ?? 0, event.bytes);
      }
    }
    const done = events.some((e) => e.type === "stage.finished" && e.stage === "evaluate");
    if (done || over) break;
  }
  // What comes behind is no part of training: at the end of its stdin the trainer exits.
  trainer.stdin.end();
  await ended;
  return bytes;
}

async function readEvents(run: string): Promise<TrainerEvent[]> {
  const text = await readFile(join(run, "trainer.jsonl"), "utf8").catch(() => "");
  // The last line may be being written.
  return text
    .split("\n")
    .slice(0, -1)
    .map((line) => JSON.parse(line) as TrainerEvent);
}
