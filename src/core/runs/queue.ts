import { existsSync } from "node:fs";
import { isLocked } from "../files/lock.ts";
import { lockFile } from "../workspace.ts";
import type { Workspace } from "../workspace.ts";
import { dequeue, holdInQueue, isQueued, listQueue, putIntoQueue } from "./queue-entries.ts";
import type { AskedBy, QueueEntry } from "./queue-entries.ts";
import { runPaths } from "./run-paths.ts";
import { spawnRunner } from "./spawn-runner.ts";

/** Held by the runner whose run uses the device: one run at a time. */
export const deviceLock = (ws: Workspace): string => lockFile(ws, "device");

/** Puts a run at the queue's end and starts it at once where the device is free. */
export async function enqueue(
  ws: Workspace,
  entry: QueueEntry,
  by: AskedBy = "person",
): Promise<void> {
  await putIntoQueue(ws, entry, { by });
  await startNext(ws);
}

/** Lets a run that was held back go on. Errors: run_not_queued. */
export async function releaseInQueue(ws: Workspace, entry: QueueEntry): Promise<void> {
  await holdInQueue(ws, entry, false);
  await startNext(ws);
}

/** Whether a run waits or is carried by a runner right now; reads no events. */
export function isActive(ws: Workspace, slug: string, id: string): boolean {
  // The queue first: a runner takes the lock before it leaves the queue.
  return isQueued(ws, { slug, id }) || isLocked(runPaths(ws, slug, id).lock);
}

/**
 * Starts a runner for the first run that waits and is not held, if the device is free. Whoever adds
 * calls this after adding, a runner after it freed the device, and terminal and server when they
 * begin, so no run waits for nobody. Two runners that start for one entry are harmless: the locks let
 * only one carry it.
 */
export async function startNext(ws: Workspace): Promise<void> {
  if (isLocked(deviceLock(ws))) return;
  for (const entry of await listQueue(ws)) {
    if (entry.held) continue;
    if (existsSync(runPaths(ws, entry.slug, entry.id).spec)) {
      spawnRunner(ws, entry.slug, entry.id);
      return;
    }
    // Its run was deleted or moved away by hand: it must not hold up the others.
    await dequeue(ws, entry);
  }
}
