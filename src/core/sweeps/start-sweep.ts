import type { Sweep } from "#contract/sweep.ts";
import { readState } from "../runs/read-runs.ts";
import { cancelRun, deleteRun } from "../runs/control-run.ts";
import { putIntoQueue } from "../runs/queue-entries.ts";
import { startNext } from "../runs/queue.ts";
import { newRunId } from "../runs/place-run.ts";
import { freezeRun } from "../runs/start-run.ts";
import type { StartOptions } from "../runs/start-run.ts";
import type { Workspace } from "../workspace.ts";
import { expandSweep } from "./expand.ts";
import type { SweepSpace } from "./expand.ts";
import { readSweep, writeSweep } from "./sweep-files.ts";

export interface SweepOptions {
  /** Whether a trial that lags behind the others is stopped before its end. */
  stopHopeless?: boolean | undefined;
  /** As of a run; it counts for every trial that needs it. */
  allow4bit?: StartOptions["allow4bit"];
}

/**
 * Freezes all trials of a sweep, and queues them as one: either all or none. A trial is trained and
 * measured like any run, but not exported; `exportTrial` makes a model of the one that is wanted.
 * Errors: sweep_empty, sweep_too_many, and what `startRun` throws for any of the trials.
 */
export async function startSweep(
  ws: Workspace,
  slug: string,
  space: SweepSpace,
  { stopHopeless = true, allow4bit }: SweepOptions = {},
): Promise<Sweep> {
  const wanted = expandSweep(space);
  const now = new Date();
  const id = newRunId(now);
  const trials: Sweep["trials"] = [];
  try {
    for (const settings of wanted) {
      const spec = await freezeRun(ws, slug, {
        overrides: settings,
        trial: { sweep: id },
        allow4bit,
      });
      trials.push({ run: spec.id, settings });
    }
  } catch (error) {
    await Promise.all(trials.map(({ run }) => deleteRun(ws, slug, run)));
    throw error;
  }
  const createdAt = now.toISOString();
  const sweep: Sweep = { schemaVersion: 1, id, project: slug, createdAt, stopHopeless, trials };
  await writeSweep(ws, sweep);
  for (const { run } of trials) await putIntoQueue(ws, { slug, id: run }, { by: "person" });
  await startNext(ws);
  return sweep;
}

/** Cancels every trial that waits or is going on. Errors: not_found. */
export async function cancelSweep(ws: Workspace, slug: string, id: string): Promise<void> {
  const { trials } = await readSweep(ws, slug, id);
  // From the last one: else each that is cancelled would let the next one start.
  for (const { run } of trials.toReversed()) {
    const state = await readState(ws, slug, run);
    if (state.status === "queued" || state.status === "running") await cancelRun(ws, slug, run);
  }
}
