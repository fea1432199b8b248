import { decision } from "#contract/decisions.ts";
import type { MemoryEstimate } from "#contract/memory.ts";
import type { Resolving } from "../resolve/settings.ts";
import type { Correction } from "./correction.ts";
import { comfortable, estimateMemory, peakBytes } from "./estimate.ts";
import type { MemoryInput } from "./estimate.ts";
import { fourBitNeed } from "./four-bit.ts";
import { fourBitObstacle } from "./four-bit-obstacle.ts";
import type { FourBitNeed } from "./four-bit.ts";
import type { ModelShape } from "./model-shape.ts";

export interface MemoryPlan extends Pick<MemoryInput, "sizes"> {
  /** undefined where the model's sizes are not known. */
  shape: ModelShape | undefined;
  correction?: Correction;
}

export interface ResolvedMemory {
  /** undefined where the model's sizes are not known. */
  estimate?: MemoryEstimate;
  /** Nothing but 4 bits lets the run fit: to be asked before it starts. */
  fourBit?: FourBitNeed;
}

/**
 * Switches checkpointing of activations on where nobody set it and the run would not fit without,
 * and estimates what the run needs with it. 4-bit loading is never switched on here.
 */
export function resolveMemory(
  { settings, decisions, isSet, device }: Resolving,
  { shape, sizes, correction }: MemoryPlan,
): ResolvedMemory {
  const training = settings.training_config;
  const chosen = isSet("training_config", "gradient_checkpointing");
  if (!chosen) training["gradient_checkpointing"] = false;
  if (!shape) return {};
  const corrected = correction ? { correction } : {};
  const input = { device, settings, shape, sizes, basis: "rows", ...corrected } as const;
  if (!chosen) {
    const needed = peakBytes(input, settings);
    if (needed > device.freeBytes * comfortable) {
      training["gradient_checkpointing"] = true;
      const params = { needed: gibibytes(needed), free: gibibytes(device.freeBytes) };
      decisions.push(decision("checkpointing_memory", params));
    }
  }
  const estimate = estimateMemory(input);
  const params = { needed: gibibytes(estimate.peakBytes), free: gibibytes(device.freeBytes) };
  const fits = estimate.verdict === "fits";
  decisions.push(decision(fits ? "memory_planned" : "memory_short", params));
  if (estimate.verdict !== "too_large") return { estimate };
  const fourBit = fourBitNeed(input);
  const obstacle = fourBitObstacle(device);
  if (fourBit && obstacle !== null) {
    decisions.push(decision("four_bit_impossible", { detail: obstacle }));
    return { estimate };
  }
  return fourBit ? { estimate, fourBit } : { estimate };
}

function gibibytes(bytes: number): string {
  return `${(bytes / 2 ** 30).toFixed(1)} GiB`;
}
