import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { open, readFile } from "node:fs/promises";
import { AppError } from "#contract/errors.ts";
import type { ErrorBody } from "#contract/errors.ts";
import type { Stage } from "#contract/events.ts";
import type { RunSpec } from "#contract/run.ts";
import { trainerEnvironment } from "#core/engine/trainer-environment.ts";
import type { EventWriter } from "#core/runs/event-log.ts";
import type { RunPaths } from "#core/runs/run-paths.ts";
import type { Wish } from "#core/runs/wishes.ts";
import { trainerPaths } from "#core/trainer/paths.ts";
import { answerRehearsal } from "./rehearse.ts";
import { relayEvents } from "./relay.ts";

/** How the trainer ended. */
export type TrainerEnd =
  | { kind: "finished" }
  | { kind: "stopped"; stage: Stage | null }
  | { kind: "failed"; error: ErrorBody; stage: Stage | null };

export interface TrainerRun {
  home: string;
  spec: RunSpec;
  paths: RunPaths;
  events: EventWriter;
  /** The byte of trainer.jsonl from which on nothing was copied yet. */
  from: number;
}

const finished = 0;
const stopped = 3;

/**
 * Runs the trainer's stages of a run. Its events are copied into events.jsonl; its stdin stays open
 * as long as this process lives, which is how it learns of this process's death.
 * Errors: engine_missing.
 */
export async function runTrainer(
  { home, spec, paths, events, from }: TrainerRun,
  onReady: (wish: (kind: Wish) => void) => void,
): Promise<TrainerEnd> {
  const engine = await trainerPaths({ home });
  const log = await open(paths.workerLog, "a");
  const child = spawn(engine.python, ["-m", "tunesmith_trainer", "run", paths.folder], {
    env: {
      ...trainerEnvironment(engine, { threads: spec.device.threads }),
      TUNESMITH_REHEARSAL: "ask",
    },
    cwd: paths.folder,
    stdio: ["pipe", log.fd, log.fd],
    windowsHide: true,
  });
  let ended = false;
  const over = new AbortController();
  const exit = exitOf(child).finally(() => {
    ended = true;
    over.abort();
  });
  // A trainer that died no longer reads: that is told by its exit, not by this pipe.
  child.stdin?.on("error", () => undefined);
  const tell = (message: { type: string }) => child.stdin?.write(`${JSON.stringify(message)}\n`);
  const rehearsal = answerRehearsal({ home, spec, paths, signal: over.signal, answer: tell });
  onReady((type) => {
    over.abort();
    tell({ type });
  });

  let stage: Stage | null = null;
  let error: ErrorBody | undefined;
  try {
    await relayEvents(
      paths,
      events,
      from,
      () => ended,
      (event) => {
        if (event.type === "stage.started") stage = event.stage;
        if (event.type === "error") error = event.error;
        rehearsal.hear(event);
      },
    );
  } catch (failure) {
    // The log can no longer be written (a full disk, say): without it nothing may go on.
    child.stdin?.end();
    await exit;
    throw failure;
  } finally {
    await log.close();
  }
  const end = await exit;
  const refused = await rehearsal.settled();
  if (refused) return { kind: "failed", error: refused, stage };
  if (end.code === finished) return { kind: "finished" };
  if (end.code === stopped) return { kind: "stopped", stage };
  error ??= new AppError("python_failed", {
    detail: end.detail,
    log: await logTail(paths.workerLog),
  }).toBody();
  return { kind: "failed", error, stage };
}

/** How a process ended, or why it could not be started. */
function exitOf(child: ChildProcess): Promise<{ code: number | null; detail: string }> {
  return new Promise((resolve) => {
    child.once("error", (error) => resolve({ code: null, detail: error.message }));
    child.once("exit", (code, signal) =>
      resolve({ code, detail: signal ? `signal ${signal}` : `exit code ${code}` }),
    );
  });
}

/** The last lines of the log, for an error that has nothing else to say. */
async function logTail(path: string): Promise<string> {
  const text = await readFile(path, "utf8").catch(() => "");
  return text.trim().split("\n").slice(-8).join("\n");
}
