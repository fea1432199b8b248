import { AppError } from "#contract/errors.ts";
import { isLocked } from "../files/lock.ts";
import type { Workspace } from "../workspace.ts";
import { cancelRun } from "./control-run.ts";
import { isQueued, listBegun, listQueue } from "./queue-entries.ts";
import type { QueueEntry, WaitingRun } from "./queue-entries.ts";
import { readSpec, readState } from "./read-runs.ts";
import { runPaths } from "./run-paths.ts";

/** A run of the queue by its names. */
export interface NamedRun extends QueueEntry {
  name: string;
  number: number;
}

export interface QueueView {
  running: NamedRun[];
  /** The next one first. `resumes`: it has begun before. */
  waiting: (WaitingRun & NamedRun & { resumes: boolean })[];
}

/** What goes on and what waits. A run that cannot be read is left out: its list says why. */
export async function readQueue(ws: Workspace): Promise<QueueView> {
  const view: QueueView = { running: [], waiting: [] };
  const named = async (entry: QueueEntry): Promise<NamedRun | undefined> => {
    const spec = await readSpec(ws, entry.slug, entry.id).catch(() => undefined);
    return spec && { ...entry, name: spec.project.name, number: spec.number };
  };
  for (const entry of await listQueue(ws)) {
    const run = await named(entry);
    if (!run) continue;
    const { attempt } = await readState(ws, entry.slug, entry.id);
    view.waiting.push({ ...entry, ...run, resumes: attempt > 0 });
  }
  for (const entry of await listBegun(ws)) {
    const run = isLocked(runPaths(ws, entry.slug, entry.id).lock) ? await named(entry) : undefined;
    if (run) view.running.push(run);
  }
  return view;
}

/** Takes a waiting run out; it is cancelled then, and can be resumed. Errors: run_not_queued. */
export async function removeFromQueue(ws: Workspace, entry: QueueEntry): Promise<void> {
  if (!isQueued(ws, entry)) throw new AppError("run_not_queued", { id: entry.id });
  await cancelRun(ws, entry.slug, entry.id);
}
