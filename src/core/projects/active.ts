import { AppError } from "#contract/errors.ts";
import type { Project } from "#contract/project.ts";
import { isLocked } from "../files/lock.ts";
import { listBegun, listQueue } from "../runs/queue-entries.ts";
import { runPaths } from "../runs/run-paths.ts";
import type { Workspace } from "../workspace.ts";

/** The id of a run of this project that is queued or going on, or undefined. */
export async function activeRun(ws: Workspace, slug: string): Promise<string | undefined> {
  // The queue first: a run is begun before it leaves the queue.
  const waiting = (await listQueue(ws)).find((entry) => entry.slug === slug);
  if (waiting) return waiting.id;
  const begun = (await listBegun(ws)).filter((entry) => entry.slug === slug);
  return begun.find(({ id }) => isLocked(runPaths(ws, slug, id).lock))?.id;
}

/** Errors: project_training. */
export async function refuseWhileTraining(ws: Workspace, project: Project): Promise<void> {
  const run = await activeRun(ws, project.slug);
  if (run !== undefined) throw new AppError("project_training", { name: project.name, run });
}
