import { spawn } from "node:child_process";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { MemoryPhase } from "../../src/contract/memory.ts";
import type { RunSpec } from "../../src/contract/run.ts";
import {
  addDataFile,
  createProject,
  openWorkspace,
  startRun,
  updateProject,
} from "../../src/core/api.ts";
import { trainerEnvironment } from "../../src/core/engine/trainer-environment.ts";
import { tryLock } from "../../src/core/files/lock.ts";
import { deviceLock } from "../../src/core/runs/queue.ts";
import { runPaths } from "../../src/core/runs/run-paths.ts";
import { trainerPaths } from "../../src/core/trainer/paths.ts";
import type { Configuration } from "./configurations.ts";

export interface Measured {
  spec: RunSpec;
  bytes: Partial<Record<MemoryPhase, number>>;
  seconds: number;
}

/** Asks the process that makes models and trains; one line there and back. */
export interface Trainer {
  ask: (request: object) => Promise<unknown>;
  close: () => void;
}

export async function startTrainer(home: string, bitsandbytes: boolean): Promise<Trainer> {
  const engine = await trainerPaths({ home });
  const script = join(import.meta.dirname, "trainer.py");
  const child = spawn(engine.python, [script, ...(bitsandbytes ? ["--bitsandbytes"] : [])], {
    env: trainerEnvironment(engine, { threads: 1 }),
    stdio: ["pipe", "pipe", process.env["DEBUG"] ? "inherit" : "ignore"],
  });
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    close: () => child.stdin.end(),
    async ask(request) {
      child.stdin.write(`${JSON.stringify(request)}\n`);
      const { value, done } = await answers.next();
      if (done) throw new Error("the trainer ended");
      const reply = JSON.parse(value) as { failed?: true } | null;
      if (reply?.failed) throw new Error(`failed: ${JSON.stringify(request)}`);
      return reply;
    },
  };
}

/** Plans one configuration, trains it with the trainer's own stages, and what they held. */
export async function measure(
  { family, config, tokens, rows, ...settings }: Configuration,
  trainer: Trainer,
): Promise<Measured> {
  const folder = await mkdtemp(join(tmpdir(), "tunesmith-memory-"));
  const begin = performance.now();
  try {
    await trainer.ask({ folder, family, config, tokens, rows });
    const { spec, run } = await freeze(settings, folder);
    const bytes = (await trainer.ask({ run })) as Measured["bytes"];
    return { spec, bytes, seconds: (performance.now() - begin) / 1000 };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A queued run: the device's lock is held meanwhile, so that nothing starts it. */
export async function freeze(
  { training = {}, lora = {}, quantization = {} }: Partial<Configuration>,
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
