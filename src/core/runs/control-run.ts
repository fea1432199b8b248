import { existsSync } from "node:fs";
import { cp, mkdir, rename, rm } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { AppError } from "#contract/errors.ts";
import type { RunSpec } from "#contract/run.ts";
import { explainFullDisk, makeFolder, syncFolder } from "../files/atomic.ts";
import { tryLock } from "../files/lock.ts";
import { trashFolder } from "../workspace.ts";
import type { Workspace } from "../workspace.ts";
import { openEventWriter } from "./event-log.ts";
import { enqueue } from "./queue.ts";
import { dequeue } from "./queue-entries.ts";
import { readRun, readSpec, readState, runFiles } from "./read-runs.ts";
import { changeLearningRate, changeToFourBit } from "./run-changes.ts";
import { runPaths } from "./run-paths.ts";
import { clearWishes, leaveWish } from "./wishes.ts";
import type { Wish } from "./wishes.ts";

/** Asks for a stop at the next safe point; returns at once. Errors: run_not_active. */
export const cancelRun = (ws: Workspace, slug: string, id: string) => wish(ws, slug, id, "cancel");
export const pauseRun = (ws: Workspace, slug: string, id: string) => wish(ws, slug, id, "pause");

/** Asks for the trainer to be ended and started anew, from the last checkpoint. Errors: run_not_active. */
export async function restartRun(ws: Workspace, slug: string, id: string): Promise<void> {
  await readSpec(ws, slug, id);
  const { status } = await readState(ws, slug, id);
  if (status !== "running") throw new AppError("run_not_active", { id, status });
  await leaveWish(runPaths(ws, slug, id).wishes, "restart");
}

async function wish(ws: Workspace, slug: string, id: string, kind: Wish): Promise<void> {
  await readSpec(ws, slug, id);
  const { status } = await readState(ws, slug, id);
  if (status !== "running" && status !== "queued") {
    throw new AppError("run_not_active", { id, status });
  }
  const paths = runPaths(ws, slug, id);
  if (status === "queued" && (await stopWaiting(ws, slug, id, kind))) return;
  await leaveWish(paths.wishes, kind);
}

/** Takes a run out of the queue; false where a runner has just taken it up. */
async function stopWaiting(ws: Workspace, slug: string, id: string, kind: Wish): Promise<boolean> {
  const paths = runPaths(ws, slug, id);
  // With the run's lock in hand this process may write its events: nobody carries it.
  const lock = tryLock(paths.lock);
  if (!lock) return false;
  try {
    await dequeue(ws, { slug, id });
    const events = await openEventWriter(paths.events);
    const time = new Date().toISOString();
    await events.appendDurably(
      kind === "pause"
        ? { time, type: "run.paused", stage: null }
        : { time, type: "run.cancelled", stage: null },
    );
    await events.close();
    return true;
  } finally {
    lock.release();
  }
}

/** What a run goes on with other than it was frozen with. */
export interface ResumeOptions {
  /** For the steps behind the checkpoint that it goes on from. */
  learningRate?: number | undefined;
  /** Consent to load its weights in 4 bits; before its first step alone. */
  allow4bit?: boolean | undefined;
}

/**
 * Queues a run again that failed or was cancelled, paused or interrupted; it goes on from its last
 * good checkpoint. Errors: run_active, run_not_active (finished), parameter_range, run_trained,
 * four_bit_too_late, four_bit_unavailable.
 */
export async function resumeRun(
  ws: Workspace,
  slug: string,
  id: string,
  { learningRate, allow4bit = false }: ResumeOptions = {},
): Promise<RunSpec> {
  const spec = await readSpec(ws, slug, id);
  const state = await readState(ws, slug, id);
  const { status } = state;
  if (status === "running" || status === "queued") throw new AppError("run_active", { id });
  if (status === "finished") throw new AppError("run_not_active", { id, status });
  const paths = runPaths(ws, slug, id);
  if (learningRate !== undefined) await changeLearningRate(paths, { spec, state }, learningRate);
  if (allow4bit) await changeToFourBit(ws, paths, { spec, state });
  // Here and not when the runner starts: a wish that comes in between must not be lost.
  await clearWishes(paths.wishes);
  await enqueue(ws, { slug, id });
  return spec;
}

/**
 * Moves the run's folder into the trash, or frees its room at once; also one whose run.json cannot be
 * read. Errors: run_not_found, run_active.
 */
export async function deleteRun(
  ws: Workspace,
  slug: string,
  id: string,
  { forGood = false }: { forGood?: boolean } = {},
): Promise<void> {
  const { folder } = runPaths(ws, slug, id);
  if (!existsSync(folder)) throw new AppError("run_not_found", { id, project: slug });
  const { status } = await readState(ws, slug, id);
  if (status === "running" || status === "queued") throw new AppError("run_active", { id });
  await makeFolder(join(trashFolder(ws), "runs"));
  const trashed = join(trashFolder(ws), "runs", `${slug}@${id}`);
  await rename(folder, trashed);
  await syncFolder(trashFolder(ws));
  // Only what has left the project is taken apart: a crash leaves no half of a run there.
  if (forGood) await rm(trashed, { recursive: true, force: true, maxRetries: 5 });
}

export type ExportPart = "gguf" | "modelfile" | "adapter" | "merged" | "report";

/**
 * Copies parts (gguf and modelfile where absent) into a folder; returns the copies' paths. GGUF and
 * Modelfile lie side by side as in the run, so that FROM keeps pointing at the GGUF.
 * Errors: run_not_finished.
 */
export async function exportRun(
  ws: Workspace,
  slug: string,
  id: string,
  options: { folder: string; what?: ExportPart[] },
): Promise<string[]> {
  const { state } = await readRun(ws, slug, id);
  const files = await runFiles(ws, slug, id);
  const target = resolve(options.folder);
  const copies: string[] = [];
  for (const part of options.what ?? ["gguf", "modelfile"]) {
    const source = files[part];
    if (source === undefined) throw new AppError("run_not_finished", { id, status: state.status });
    const folder = part === "gguf" ? join(target, "gguf") : target;
    const copy = join(folder, basename(source));
    try {
      await mkdir(folder, { recursive: true });
      await cp(source, copy, { recursive: true });
    } catch (error) {
      throw await explainFullDisk(error, copy);
    }
    copies.push(copy);
  }
  return copies;
}
