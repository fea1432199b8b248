import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { open, readFile, stat } from "node:fs/promises";
import { AppError } from "#contract/errors.ts";
import type { ErrorBody } from "#contract/errors.ts";
import { trainerEventSchema } from "#contract/events.ts";
import type { Stage, TrainerEvent } from "#contract/events.ts";
import type { RunSpec } from "#contract/run.ts";
import { enginePaths } from "#core/engine/paths.ts";
import { trainerEnvironment } from "#core/engine/trainer-environment.ts";
import type { EventWriter } from "#core/runs/event-log.ts";
import type { RunPaths } from "#core/runs/run-paths.ts";
import { tailLines } from "./tail.ts";
import type { Wish } from "./wishes.ts";

/** How the trainer ended. */
export type TrainerEnd =
  | { kind: "finished" }
  | { kind: "stopped"; stage: Stage | null }
  | { kind: "failed"; error: ErrorBody; stage: Stage | null };

const finished = 0;
const stopped = 3;

/**
 * Runs the trainer's stages of a run. Its events are copied into events.jsonl; its stdin stays open
 * as long as this process lives, which is how it learns of this process's death.
 */
export async function runTrainer(
  home: string,
  spec: RunSpec,
  paths: RunPaths,
  events: EventWriter,
  onReady: (wish: (kind: Wish) => void) => void,
): Promise<TrainerEnd> {
  const engine = enginePaths(home);
  const offset = await sizeOf(paths.trainerEvents);
  const log = await open(paths.workerLog, "a");
  const child = spawn(engine.python, ["-m", "tunesmith_trainer", "run", paths.folder], {
    env: trainerEnvironment(engine, { threads: spec.device.threads }),
    cwd: paths.folder,
    stdio: ["pipe", log.fd, log.fd],
    windowsHide: true,
  });
  const { stdin } = child;
  assert(stdin);
  // A trainer that died no longer reads: that is told by its exit, not by this pipe.
  stdin.on("error", () => undefined);
  onReady((type) => stdin.write(`${JSON.stringify({ type })}\n`));

  let ended = false;
  const exit = Promise.race([
    once(child, "exit").then(([code, signal]) => ({ code, signal })),
    once(child, "error").then(([error]) => ({ code: null, signal: String(error) })),
  ]).finally(() => (ended = true));

  let stage: Stage | null = null;
  let error: ErrorBody | undefined;
  for await (const line of tailLines(paths.trainerEvents, offset, () => ended)) {
    const event = parseTrainerEvent(line);
    if (!event) {
      await events.append(logEvent(`not an event: ${line.slice(0, 500)}`));
      continue;
    }
    if (event.type === "stage.started") stage = event.stage;
    if (event.type === "error") error = event.error;
    const durable = event.type === "stage.finished" || event.type === "train.checkpoint";
    await (durable ? events.appendDurably(event) : events.append(event));
  }
  await log.close();
  const { code, signal } = await exit;
  if (code === finished) return { kind: "finished" };
  if (code === stopped) return { kind: "stopped", stage };
  error ??= new AppError("python_failed", {
    detail: signal ? `signal ${signal}` : `exit code ${code}`,
    log: await logTail(paths.workerLog),
  }).toBody();
  return { kind: "failed", error, stage };
}

function parseTrainerEvent(line: string): TrainerEvent | undefined {
  try {
    const result = trainerEventSchema.safeParse(JSON.parse(line));
    return result.success ? result.data : undefined;
  } catch {
    return undefined;
  }
}

const logEvent = (text: string) =>
  ({ time: new Date().toISOString(), type: "log", level: "warning", text }) as const;

async function sizeOf(path: string): Promise<number> {
  return stat(path).then(
    ({ size }) => size,
    () => 0,
  );
}

/** The last lines of the log, for an error that has nothing else to say. */
async function logTail(path: string): Promise<string> {
  const text = await readFile(path, "utf8").catch(() => "");
  return text.trim().split("\n").slice(-8).join("\n");
}
