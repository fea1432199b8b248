import { AppError } from "#contract/errors.ts";
import { sections } from "#contract/parameters/types.ts";
import type { ParameterValue, Section } from "#contract/parameters/types.ts";
import type { RunOverrides } from "../runs/prepare-run.ts";

/** For each parameter the values to try: every combination becomes a trial. */
export type SweepGrid = Partial<
  Record<Section, Record<string, readonly (ParameterValue | null)[]>>
>;

/** Either a grid, or the trials one by one. */
export type SweepSpace = { grid: SweepGrid } | { list: readonly RunOverrides[] };

export const maxTrials = 100;

/**
 * The trials of a sweep, in the order in which they are tried; the last parameter changes fastest.
 * Errors: sweep_empty, sweep_too_many.
 */
export function expandSweep(space: SweepSpace): RunOverrides[] {
  const trials = "list" in space ? [...space.list] : combine(space.grid);
  const different = new Map(trials.map((trial) => [JSON.stringify(trial), trial]));
  if (different.size < 2) throw new AppError("sweep_empty");
  if (different.size > maxTrials) {
    throw new AppError("sweep_too_many", { trials: different.size, most: maxTrials });
  }
  return [...different.values()];
}

function combine(grid: SweepGrid): RunOverrides[] {
  let trials: RunOverrides[] = [{}];
  for (const section of sections) {
    for (const [key, values] of Object.entries(grid[section] ?? {})) {
      trials = trials.flatMap((trial) =>
        values.map((value) => ({ ...trial, [section]: { ...trial[section], [key]: value } })),
      );
    }
  }
  return trials;
}
