import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { open, readFile, rm } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { AppError } from "#contract/errors.ts";
import type { ErrorBody } from "#contract/errors.ts";
import type { Stage } from "#contract/events.ts";
import type { RunSpec } from "#contract/run.ts";
import { trainerEnvironment } from "#core/engine/trainer-environment.ts";
import { keepMeasurement } from "#core/memory/measurements.ts";
import type { EventWriter } from "#core/runs/event-log.ts";
import { isFourBit } from "#core/runs/run-changes.ts";
import type { RunPaths } from "#core/runs/run-paths.ts";
import type { Wish } from "#core/runs/wishes.ts";
import { endsTrained } from "#core/sweeps/train-only.ts";
import { trainerPaths } from "#core/trainer/paths.ts";
import { tokenCacheFolder } from "#core/workspace.ts";
import { answerRehearsal } from "./rehearse.ts";
import { countKill, watchMemory } from "./memory-kill.ts";
import type { MemoryReading } from "./memory-kill.ts";
import { relayEvents } from "./relay.ts";
import { watchHeartbeat } from "./watch-heartbeat.ts";
import type { Patience } from "./watch-heartbeat.ts";

/** How the trainer ended. */
export type TrainerEnd =
  | { kind: "finished" }
  | { kind: "stopped"; stage: Stage | null }
  /** Without a word, as when something killed it. */
  | { kind: "died"; error: ErrorBody; stage: Stage | null }
  | { kind: "failed"; error: ErrorBody; stage: Stage | null };

export interface TrainerRun {
  home: string;
  spec: RunSpec;
  paths: RunPaths;
  events: EventWriter;
  /** The byte of trainer.jsonl from which on nothing was copied yet. */
  from: number;
  /** How soon silence counts as a stall, where tests are less patient. */
  stall?: { patience: Patience; pollMs: number };
  /** How the machine's memory is read, where a test pretends that it is short. */
  memory?: MemoryReading;
}

const finished = 0;
const stopped = 3;
const failed = 4;

/**
 * Training stops by itself at the next step, unless it hangs. Elsewhere, whoever wishes need not wait
 * for longer.
 */
const graceMs = 1500;
const pollMs = 100;

/**
 * Runs the trainer's stages of a run. Its events are copied into events.jsonl; its stdin stays open
 * as long as this process lives, which is how it learns of this process's death.
 * Errors: engine_missing.
 */
export async function runTrainer(
  { home, spec, paths, events, from, stall, memory: reading }: TrainerRun,
  onReady: (wish: (kind: Wish) => void) => void,
): Promise<TrainerEnd> {
  const engine = await trainerPaths({ home });
  // The last process's would pass for this one's.
  await rm(paths.heartbeat, { force: true });
  const log = await open(paths.workerLog, "a");
  const args = ["-m", "tunesmith_trainer", "run", paths.folder];
  if (endsTrained(spec, paths)) args.push("--train-only");
  const child = spawn(engine.python, args, {
    env: {
      ...trainerEnvironment(engine, {
        threads: spec.device.threads,
        tokenCache: tokenCacheFolder({ home }),
      }),
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
  let stage: Stage | null = null;
  let training = false;
  let error: ErrorBody | undefined;
  let wished = false;
  const watching = watchHeartbeat({ paths, events, stage: () => stage, ...stall });
  onReady((type) => {
    over.abort();
    // Whoever is to start anew stops as for a pause: with a checkpoint.
    tell({ type: type === "restart" ? "pause" : type });
    if (!wished)
      void endOutsideTraining(child, {
        ended: () => ended,
        training: () => training && !watching.stalled(),
      });
    wished = true;
  });
  const memory = await watchMemory(reading);
  let peak: number | undefined;
  let lowered = false;
  try {
    await relayEvents(
      paths,
      events,
      from,
      () => ended,
      (event) => {
        if (event.type === "stage.started") stage = event.stage;
        if (event.type === "stage.started") training = event.stage === "train";
        if (event.type === "stage.finished") training = false;
        watching.moved();
        if (event.type === "error") error = event.error;
        if (event.type === "memory.peak" && event.phase === "train") peak = event.bytes;
        if (event.type === "memory.lowered") lowered = true;
        rehearsal.hear(event);
      },
    );
  } catch (failure) {
    // The log can no longer be written (a full disk, say): without it nothing may go on.
    child.stdin?.end();
    await exit;
    throw failure;
  } finally {
    watching.stop();
    memory.stop();
    await log.close();
  }
  const end = await exit;
  // What a run held that went down the ladder says nothing of the settings it was planned with. An
  // estimate that stays as it is must not fail a run.
  const changed = (await isFourBit(paths.folder, spec)) !== spec.quantization["load_in_4bit"];
  if (peak !== undefined && !lowered && !changed) {
    await keepMeasurement(home, spec, peak).catch(() => undefined);
  }
  const refused = await rehearsal.settled();
  if (refused) return { kind: "failed", error: refused, stage };
  if (end.code === finished) return { kind: "finished" };
  if (end.code === stopped || (wished && error === undefined)) return { kind: "stopped", stage };
  const died = error === undefined && end.started && end.code !== failed;
  if (died && (await memory.ranOut())) {
    await countKill(paths.folder);
    error ??= new AppError("out_of_memory", { stage: stage ?? "start" }).toBody();
  }
  error ??= new AppError("python_failed", {
    detail: end.detail,
    log: await logTail(paths.workerLog),
  }).toBody();
  return { kind: died ? "died" : "failed", error, stage };
}

/**
 * Ends a trainer that was asked to stop and is in a stage whose library calls cannot be interrupted.
 * Every output is written beside and renamed, so the end may come at any moment.
 */
async function endOutsideTraining(
  child: ChildProcess,
  { ended, training }: { ended: () => boolean; training: () => boolean },
): Promise<void> {
  for (let waited = 0; !ended(); waited += pollMs) {
    if (waited >= graceMs && !training()) {
      child.kill("SIGKILL");
      return;
    }
    await sleep(pollMs);
  }
}

/** How a process ended, or why it could not be started. */
function exitOf(
  child: ChildProcess,
): Promise<{ code: number | null; started: boolean; detail: string }> {
  return new Promise((resolve) => {
    child.once("error", (error) => resolve({ code: null, started: false, detail: error.message }));
    child.once("exit", (code, signal) => {
      const detail = signal ? `signal ${signal}` : `exit code ${code}`;
      resolve({ code, started: true, detail });
    });
  });
}

/** The last lines of the log, for an error that has nothing else to say. */
async function logTail(path: string): Promise<string> {
  const text = await readFile(path, "utf8").catch(() => "");
  return text.trim().split("\n").slice(-8).join("\n");
}
