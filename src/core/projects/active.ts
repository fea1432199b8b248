import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { AppError } from "#contract/errors.ts";
import type { Project } from "#contract/project.ts";
import { isLocked } from "../files/lock.ts";
import { listQueue } from "../runs/queue.ts";
import { pathsOfRun } from "../runs/run-paths.ts";
import type { Workspace } from "../workspace.ts";
import { runsFolder } from "./store.ts";

/** The id of a run of this project that is queued or going on, or undefined. */
export async function activeRun(ws: Workspace, slug: string): Promise<string | undefined> {
  const waiting = (await listQueue(ws)).find((entry) => entry.slug === slug);
  if (waiting) return waiting.id;
  const folder = runsFolder(ws, slug);
  const names = await readdir(folder).catch(() => []);
  // Newest first: ids begin with their time, and it is nearly always the newest that is active.
  return names
    .sort((a, b) => (a < b ? 1 : -1))
    .find((id) => isLocked(pathsOfRun(join(folder, id)).lock));
}

/** Errors: project_training. */
export async function refuseWhileTraining(ws: Workspace, project: Project): Promise<void> {
  const run = await activeRun(ws, project.slug);
  if (run !== undefined) throw new AppError("project_training", { name: project.name, run });
}
