import { existsSync } from "node:fs";
import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { writeJsonAtomic } from "../files/atomic.ts";
import { isMissing } from "../files/error-code.ts";
import { isLocked } from "../files/lock.ts";
import { lockFile } from "../workspace.ts";
import type { Workspace } from "../workspace.ts";
import { runPaths } from "./run-paths.ts";
import { spawnRunner } from "./spawn-runner.ts";

export interface QueueEntry {
  slug: string;
  id: string;
}

const queueFolder = (ws: Workspace) => join(ws.home, "queue");
const separator = "@";

/** Held by the runner whose run uses the device: one run at a time. */
export const deviceLock = (ws: Workspace): string => lockFile(ws, "device");

/** Run ids begin with their time, so names sort in the order of arrival. Slugs hold no “@”. */
const fileName = ({ slug, id }: QueueEntry) => `${id}${separator}${slug}.json`;

/** The runs that wait, the next one first. */
export async function listQueue(ws: Workspace): Promise<QueueEntry[]> {
  let names: string[];
  try {
    names = await readdir(queueFolder(ws));
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
  return names
    .filter((name) => name.endsWith(".json") && !name.startsWith("."))
    .sort()
    .flatMap((name) => {
      const [id, slug] = name.slice(0, -".json".length).split(separator);
      return id && slug ? [{ slug, id }] : [];
    });
}

/** Puts a run at the queue's end and starts it at once where the device is free. */
export async function enqueue(ws: Workspace, entry: QueueEntry): Promise<void> {
  await mkdir(queueFolder(ws), { recursive: true });
  await writeJsonAtomic(join(queueFolder(ws), fileName(entry)), {
    ...entry,
    queuedAt: new Date().toISOString(),
  });
  await startNext(ws);
}

export async function dequeue(ws: Workspace, entry: QueueEntry): Promise<void> {
  await rm(join(queueFolder(ws), fileName(entry)), { force: true });
}

/** Whether a run stands in the queue. */
export async function isQueued(ws: Workspace, { slug, id }: QueueEntry): Promise<boolean> {
  return (await listQueue(ws)).some((entry) => entry.slug === slug && entry.id === id);
}

/** Whether a run waits or is carried by a runner right now; reads no events. */
export async function isActive(ws: Workspace, slug: string, id: string): Promise<boolean> {
  // The queue first: a runner takes the lock before it leaves the queue.
  return (await isQueued(ws, { slug, id })) || isLocked(runPaths(ws, slug, id).lock);
}

/**
 * Starts a runner for the first run that waits, if the device is free. Whoever adds calls this after
 * adding, a runner after it freed the device, and terminal and server when they begin, so no run
 * waits for nobody. Two runners that start for one entry are harmless: the locks let only one carry it.
 */
export async function startNext(ws: Workspace): Promise<void> {
  if (isLocked(deviceLock(ws))) return;
  for (const entry of await listQueue(ws)) {
    if (existsSync(runPaths(ws, entry.slug, entry.id).spec)) {
      spawnRunner(ws, entry.slug, entry.id);
      return;
    }
    // Its run was deleted or moved away by hand: it must not hold up the others.
    await dequeue(ws, entry);
  }
}
