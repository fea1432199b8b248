import { decision } from "#contract/decisions.ts";
import type { MemoryEstimate } from "#contract/memory.ts";
import type { Resolving } from "../resolve/settings.ts";
import type { Correction } from "./correction.ts";
import { comfortable, estimateMemory, peakBytes } from "./estimate.ts";
import type { MemoryInput } from "./estimate.ts";
import type { ModelShape } from "./model-shape.ts";

export interface MemoryPlan extends Pick<MemoryInput, "sizes"> {
  /** undefined where the model's sizes are not known. */
  shape: ModelShape | undefined;
  correction?: Correction;
}

/**
 * Switches checkpointing of activations on where nobody set it and the run would not fit without,
 * and estimates what the run needs with it.
 */
export function resolveMemory(
  { settings, decisions, isSet, device }: Resolving,
  { shape, sizes, correction }: MemoryPlan,
): MemoryEstimate | undefined {
  const training = settings.training_config;
  const chosen = isSet("training_config", "gradient_checkpointing");
  if (!chosen) training["gradient_checkpointing"] = false;
  if (!shape) return undefined;
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
  return estimate;
}

function gibibytes(bytes: number): string {
  return `${(bytes / 2 ** 30).toFixed(1)} GiB`;
}
