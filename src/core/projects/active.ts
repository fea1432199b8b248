import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { AppError } from "#contract/errors.ts";
import type { Project } from "#contract/project.ts";
import { isLocked } from "../files/lock.ts";
import type { Workspace } from "../workspace.ts";
import { runsFolder } from "./store.ts";

/** The file whose lock a run's runner holds as long as it lives. */
export const runLockFile = (runFolder: string): string => join(runFolder, "run.lock");

/** The id of a run of this project that is queued or going on, or undefined. */
export async function activeRun(ws: Workspace, slug: string): Promise<string | undefined> {
  const folder = runsFolder(ws, slug);
  const names = await readdir(folder).catch(() => []);
  // Newest first: ids begin with their time, and it is nearly always the newest that is active.
  return names
    .sort()
    .reverse()
    .find((id) => isLocked(runLockFile(join(folder, id))));
}

/** Errors: project_training. */
export async function refuseWhileTraining(ws: Workspace, project: Project): Promise<void> {
  const run = await activeRun(ws, project.slug);
  if (run !== undefined) throw new AppError("project_training", { name: project.name, run });
}
