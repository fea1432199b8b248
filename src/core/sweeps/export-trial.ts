import { AppError } from "#contract/errors.ts";
import type { RunSpec } from "#contract/run.ts";
import { writeJsonAtomic } from "../files/atomic.ts";
import { enqueue } from "../runs/queue.ts";
import { readSpec, readState } from "../runs/read-runs.ts";
import { runPaths } from "../runs/run-paths.ts";
import type { Workspace } from "../workspace.ts";

/**
 * Makes a model of a finished trial: its run is taken up again where it ended, merged, converted,
 * proven and put into Ollama like any other. Errors: run_not_trial, run_active, run_not_finished.
 */
export async function exportTrial(ws: Workspace, slug: string, id: string): Promise<RunSpec> {
  const spec = await readSpec(ws, slug, id);
  if (!spec.trial) throw new AppError("run_not_trial", { id });
  const { status } = await readState(ws, slug, id);
  if (status === "running" || status === "queued") throw new AppError("run_active", { id });
  if (status !== "finished") throw new AppError("run_not_finished", { id, status });
  const time = new Date().toISOString();
  await writeJsonAtomic(runPaths(ws, slug, id).exportWanted, { time });
  await enqueue(ws, { slug, id });
  return spec;
}
