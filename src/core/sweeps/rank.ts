import { existsSync } from "node:fs";
import type { RunSpec } from "#contract/run.ts";
import type { RankedTrial, Sweep } from "#contract/sweep.ts";
import { readCurve, readSpec, readState } from "../runs/read-runs.ts";
import { runPaths } from "../runs/run-paths.ts";
import type { Workspace } from "../workspace.ts";
import type { Measurement } from "./hopeless.ts";

/** What a sweep's trials came to, the best one first. */
export async function rankSweep(ws: Workspace, sweep: Sweep): Promise<RankedTrial[]> {
  const trials = await Promise.all(sweep.trials.map((trial) => standing(ws, sweep, trial)));
  const usual = mostFrequent(trials.map(({ rows }) => rows).filter((rows) => rows !== undefined));
  const ranked = trials.map(({ rows, ...trial }) => ({
    ...trial,
    incomparable: rows !== undefined && rows !== usual,
  }));
  ranked.sort((a, b) => order(a) - order(b));
  let rank = 0;
  return ranked.map((trial) => ({
    ...trial,
    rank: Number.isFinite(order(trial)) ? ++rank : null,
  }));
}

const order = (trial: Pick<RankedTrial, "bestLoss" | "incomparable">): number =>
  trial.incomparable ? Infinity : (trial.bestLoss ?? Infinity);

type Standing = Omit<RankedTrial, "rank" | "incomparable"> & { rows: string | undefined };

async function standing(
  ws: Workspace,
  { project }: Sweep,
  { run, settings }: Sweep["trials"][number],
): Promise<Standing> {
  const paths = runPaths(ws, project, run);
  const none = { number: null, bestLoss: null, exactMatch: null, hopeless: false, exported: false };
  // A person may delete a trial like any run.
  if (!existsSync(paths.spec)) {
    return { run, settings, status: "missing", ...none, rows: undefined };
  }
  const spec = await readSpec(ws, project, run);
  const state = await readState(ws, project, run);
  const losses = (await heldOutLosses(ws, project, run, spec)).map(({ loss }) => loss);
  const tuned = state.scores?.tuned;
  return {
    run,
    number: spec.number,
    settings,
    status: state.status,
    bestLoss: losses.length > 0 ? Math.min(...losses) : (tuned?.loss ?? null),
    exactMatch: tuned?.exactMatch ?? null,
    hopeless: state.warnings.some(({ code }) => code === "trial_hopeless"),
    exported: existsSync(paths.exportWanted),
    rows: spec.data.checkRows > 0 ? spec.data.checkSha256 : undefined,
  };
}

/** A run's held-out losses over the share of its steps. */
export async function heldOutLosses(
  ws: Workspace,
  slug: string,
  id: string,
  spec: RunSpec,
): Promise<Measurement[]> {
  const { points } = await readCurve(ws, slug, id);
  return points.flatMap(({ step, heldOutLoss }) =>
    heldOutLoss === null ? [] : [{ share: step / spec.plan.optimizerSteps, loss: heldOutLoss }],
  );
}

function mostFrequent(values: readonly string[]): string | undefined {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0];
}
