import { decision } from "#contract/decisions.ts";
import type { ErrorBody } from "#contract/errors.ts";
import type { RunSpec } from "#contract/run.ts";
import { followEvents } from "../runs/follow.ts";
import { readSpec, readState } from "../runs/read-runs.ts";
import { runPaths } from "../runs/run-paths.ts";
import { leaveWish } from "../runs/wishes.ts";
import type { Workspace } from "../workspace.ts";
import { isHopeless } from "./hopeless.ts";
import type { Measurement } from "./hopeless.ts";
import { heldOutLosses } from "./rank.ts";
import { readSweep } from "./sweep-files.ts";

/**
 * Follows a trial while it trains, and stops it as soon as it lags behind the finished trials of its
 * sweep; `warn` gets the reason first. Ends when `signal` aborts or the trial is stopped.
 */
export async function watchTrial(
  ws: Workspace,
  spec: RunSpec,
  { signal, warn }: { signal: AbortSignal; warn: (reason: ErrorBody) => Promise<void> },
): Promise<void> {
  if (!spec.trial) return;
  const { slug } = spec.project;
  const sweep = await readSweep(ws, slug, spec.trial.sweep);
  if (!sweep.stopHopeless) return;
  const others = await finishedTrials(
    ws,
    slug,
    sweep.trials.map(({ run }) => run).filter((run) => run !== spec.id),
    spec,
  );
  const own: Measurement[] = [];
  for await (const event of followEvents(ws, slug, spec.id, { signal })) {
    if (event.type !== "train.evaluated") continue;
    // No number at all is worse than any.
    const loss = event.loss ?? Infinity;
    const share = event.step / spec.plan.optimizerSteps;
    own.push({ share, loss });
    if (!isHopeless(own, others)) continue;
    await warn(
      decision("trial_hopeless", { share: Math.round(100 * share), loss: loss.toFixed(3) }),
    );
    await leaveWish(runPaths(ws, slug, spec.id).wishes, "cancel");
    return;
  }
}

/** The curves of those that went to their end on the same held-out rows. */
async function finishedTrials(
  ws: Workspace,
  slug: string,
  ids: readonly string[],
  { data }: RunSpec,
): Promise<Measurement[][]> {
  const curves: Measurement[][] = [];
  for (const id of ids) {
    try {
      const spec = await readSpec(ws, slug, id);
      const { status } = await readState(ws, slug, id);
      if (status !== "finished" || spec.data.checkSha256 !== data.checkSha256) continue;
      curves.push(await heldOutLosses(ws, slug, id, spec));
    } catch {
      // A trial that was deleted or damaged is no measure for the others.
    }
  }
  return curves;
}
