import type { RunChange } from "./run-changes.ts";
import type { RunSpec, RunState } from "./run.ts";

/* Apart from the schemas: the page asks this of what streams in, and has no Zod there. */

/** What a run that stopped by itself offers to go on with; a person decides. */
export interface RateOffer {
  kind: "learning_rate";
  /** The step that was not finite. */
  failedStep: number;
  /** Of the checkpoint to go on from; null where the run would begin anew. */
  step: number | null;
  /** The rate that it had, and half of it. */
  learningRate: number;
  suggested: number;
}
export interface FourBitOffer {
  kind: "four_bit";
}
export type RunOffer = RateOffer | FourBitOffer;

/** The code of a run that waits for consent to load its weights in 4 bits. */
export const fourBitQuestion = "memory_four_bit" as const;
const notFinite: ReadonlySet<string> = new Set(["loss_not_finite", "gradient_not_finite"]);

interface OfferingRun {
  spec: Pick<RunSpec, "training">;
  state: Pick<RunState, "status" | "error" | "reason">;
  changes: readonly RunChange[];
}

/** The offer of a run as it stands, or null. */
export function offerOf({ spec, state, changes }: OfferingRun): RunOffer | null {
  const { status, error, reason } = state;
  if (status === "paused" && reason?.code === fourBitQuestion) return { kind: "four_bit" };
  if (status !== "failed" || !error || !notFinite.has(error.code)) return null;
  const learningRate = rateOf(spec, changes);
  const good = error.params["good_checkpoint"];
  return {
    kind: "learning_rate",
    failedStep: Number(error.params["step"]),
    step: typeof good === "number" ? good : null,
    learningRate,
    suggested: Number((learningRate / 2).toPrecision(3)),
  };
}

/** The learning rate that a run would go on with. */
export function rateOf(spec: Pick<RunSpec, "training">, changes: readonly RunChange[]): number {
  const last = changes.findLast(({ key }) => key === "learning_rate");
  return Number(last?.value ?? spec.training["learning_rate"]);
}
