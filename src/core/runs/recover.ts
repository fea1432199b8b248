import { existsSync } from "node:fs";
import type { ErrorBody } from "#contract/errors.ts";
import { AppError } from "#contract/errors.ts";
import type { RunState } from "#contract/run.ts";
import { tryLock } from "../files/lock.ts";
import { readSettings } from "../settings.ts";
import type { Workspace } from "../workspace.ts";
import { openEventWriter } from "./event-log.ts";
import { foldFile } from "./fold-file.ts";
import { isQueued, listBegun, markEnded, putIntoQueue } from "./queue-entries.ts";
import type { QueueEntry } from "./queue-entries.ts";
import { startNext } from "./queue.ts";
import { runPaths } from "./run-paths.ts";
import { clearWishes, readWish } from "./wishes.ts";

/** How often a run is taken up by itself before a person has to ask for it. */
export const automaticResumes = 3;

/**
 * One pass of the queue: what broke off is taken up again, what waits is started where the device is
 * free. Server, terminal and every runner at its end do this; doing it often costs little.
 */
export async function keepGoing(ws: Workspace): Promise<void> {
  await recoverRuns(ws);
  await startNext(ws);
}

/** Runs whose runner died: queued again, or ended with the reason why not. Returns those queued. */
export async function recoverRuns(ws: Workspace): Promise<QueueEntry[]> {
  const queued: QueueEntry[] = [];
  for (const entry of await listBegun(ws)) {
    if (await recover(ws, entry)) queued.push(entry);
  }
  return queued;
}

async function recover(ws: Workspace, entry: QueueEntry): Promise<boolean> {
  const paths = runPaths(ws, entry.slug, entry.id);
  if (!existsSync(paths.spec)) {
    await markEnded(ws, entry);
    return false;
  }
  // With the run's lock in hand nobody carries it, and this process may write its events.
  const lock = tryLock(paths.lock);
  if (!lock) return false;
  try {
    const state = await foldFile(paths.events);
    const brokenOff = state.status === "running" || state.status === "interrupted";
    if (!brokenOff || state.reason !== null || isQueued(ws, entry)) {
      await markEnded(ws, entry);
      return false;
    }
    const wish = await readWish(paths.wishes);
    const reason = await reasonAgainst(ws, state);
    const events = await openEventWriter(paths.events, { attempt: "same" });
    const { stage } = state;
    const time = new Date().toISOString();
    if (wish === "cancel") await events.appendDurably({ time, type: "run.cancelled", stage });
    else if (wish === "pause") await events.appendDurably({ time, type: "run.paused", stage });
    else if (state.status === "running" || reason) {
      await events.appendDurably({ time, type: "run.interrupted", stage, reason });
    }
    await events.close();
    await clearWishes(paths.wishes);
    const goesOn = reason === null && (wish === undefined || wish === "restart");
    // It has waited its turn already, so it goes first.
    if (goesOn) await putIntoQueue(ws, entry, { by: "automatic", first: true });
    await markEnded(ws, entry);
    return goesOn;
  } finally {
    lock.release();
  }
}

/** Why a run that broke off is not taken up by itself, or null. */
export async function reasonAgainst(ws: Workspace, state: RunState): Promise<ErrorBody | null> {
  const stage = state.stage ?? "start";
  if (!(await readSettings(ws)).autoResume) {
    return new AppError("run_stopped_once", { stage }).toBody();
  }
  if (state.automaticResumes < automaticResumes) return null;
  return new AppError("run_stopped_often", { count: automaticResumes + 1, stage }).toBody();
}
