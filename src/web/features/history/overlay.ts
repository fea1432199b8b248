import type { CurvePoint } from "#contract/run.ts";

export const measures = ["heldOutLoss", "loss"] as const;
export type Measure = (typeof measures)[number];
export const scales = ["steps", "passes", "tokens"] as const;
export type Scale = (typeof scales)[number];

/** A run's number, and what its steps amount to. */
interface Planned {
  number: number;
  stepsPerEpoch: number;
  /** Tokens of one pass. */
  tokens: number;
}

/** One common x axis for curves that have their points at different places. */
export function overlay(
  runs: readonly Planned[],
  curves: readonly (readonly CurvePoint[])[],
  options: {
    measure: Measure;
    scale: Scale;
    name: (number: number) => string;
  },
) {
  const placed = runs.map((run, index) =>
    (curves[index] ?? []).flatMap((point): [number, number][] => {
      const value = point[options.measure];
      return value === null ? [] : [[place(point.step, run, options.scale), value]];
    }),
  );
  const x = [...new Set(placed.flat().map(([at]) => at))].sort((a, b) => a - b);
  const series = runs.map((run, index) => {
    const values = new Map(placed[index]);
    return {
      label: options.name(run.number),
      values: x.map((at) => values.get(at) ?? null),
      style: index,
    };
  });
  return { x, series };
}

function place(step: number, plan: Planned, scale: Scale): number {
  if (scale === "steps") return step;
  const passes = step / plan.stepsPerEpoch;
  return scale === "passes" ? Number(passes.toFixed(3)) : Math.round(passes * plan.tokens);
}
