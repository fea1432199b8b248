import { memoryParts, memoryPhases } from "#contract/memory.ts";
import type { MemoryEstimate, MemoryPhase } from "#contract/memory.ts";
import type { Section } from "#contract/parameters/types.ts";
import type { DeviceReply } from "../resolve/facts.ts";
import type { EffectiveSettings } from "../resolve/settings.ts";
import { correct, uncorrected } from "./correction.ts";
import type { Correction } from "./correction.ts";
import { fourBitObstacle } from "./four-bit-obstacle.ts";
import type { ModelShape } from "./model-shape.ts";
import { phaseParts } from "./parts.ts";
import type { PhaseParts } from "./parts.ts";
import type { BatchSizes } from "./row-sizes.ts";

export interface MemoryInput {
  device: Pick<DeviceReply, "type" | "freeBytes" | "memoryBytes" | "fourBitObstacle">;
  settings: EffectiveSettings;
  shape: ModelShape;
  /** The largest micro-batches under any settings: remedies change them. */
  sizes: (settings: EffectiveSettings) => BatchSizes;
  basis: MemoryEstimate["basis"];
  correction?: Correction;
}

/** Above this share of what is free a run may still fail: other programs take and give. */
export const comfortable = 0.9;

/** What a run will need by part, against what is free, and what would need less. */
export function estimateMemory(input: MemoryInput): MemoryEstimate {
  const { device, settings, basis, correction = uncorrected } = input;
  const batch = input.sizes(settings);
  const phases = correctedPhases(input, settings);
  const [phase, peakBytes] = largest(phases);
  return {
    device: device.type,
    parts: listParts(phases[phase]),
    phases: memoryPhases.map((name) => ({ phase: name, bytes: total(phases, name) })),
    peakBytes,
    freeBytes: device.freeBytes,
    totalBytes: device.memoryBytes,
    verdict: verdictOf(peakBytes, device.freeBytes),
    microBatch: { rows: batch.rows, tokens: batch.tokens },
    basis,
    correction: { measurements: correction.measurements, factor: correction.factor },
    uncorrected: listParts(phaseParts(device.type, settings, input.shape, batch).train),
    remedies: remedies(input, peakBytes),
  };
}

const listParts = (parts: PhaseParts[MemoryPhase]): MemoryEstimate["parts"] =>
  memoryParts.map((part) => ({ part, bytes: Math.round(parts[part]) }));

/** Bytes at the peak alone. */
export function peakBytes(input: MemoryInput, settings: EffectiveSettings): number {
  return largest(correctedPhases(input, settings))[1];
}

function correctedPhases(input: MemoryInput, settings: EffectiveSettings): PhaseParts {
  const { device, shape, sizes, correction = uncorrected } = input;
  return correct(phaseParts(device.type, settings, shape, sizes(settings)), correction);
}

function largest(phases: PhaseParts): [MemoryPhase, number] {
  const [first, ...rest] = memoryPhases.map((name) => [name, total(phases, name)] as const);
  return [...rest.reduce((most, each) => (each[1] > most[1] ? each : most), first!)];
}

const total = (phases: PhaseParts, phase: MemoryPhase): number =>
  memoryParts.reduce((sum, part) => sum + Math.round(phases[phase][part]), 0);

function verdictOf(needed: number, free: number): MemoryEstimate["verdict"] {
  if (needed > free) return "too_large";
  return needed > free * comfortable ? "tight" : "fits";
}

/** Each change by itself that needs at least a twentieth less, the gentlest first. */
function remedies(input: MemoryInput, before: number): MemoryEstimate["remedies"] {
  const { training_config: training, quantization_config: quantization } = input.settings;
  const changes: [Section, string, number | boolean][] = [];
  const batch = Number(training["per_device_train_batch_size"]);
  if (batch > 1) changes.push(["training_config", "per_device_train_batch_size", 1]);
  if (!training["gradient_checkpointing"]) {
    changes.push(["training_config", "gradient_checkpointing", true]);
  }
  const length = Number(training["max_length"]);
  if (length > 128) changes.push(["training_config", "max_length", length / 2]);
  if (!quantization["load_in_4bit"] && fourBitObstacle(input.device) === null) {
    changes.push(["quantization_config", "load_in_4bit", true]);
  }
  return changes.flatMap(([section, key, value]) => {
    const changed = { ...input.settings, [section]: { ...input.settings[section], [key]: value } };
    const after = peakBytes(input, changed);
    return after > before * 0.95 ? [] : [{ section, key, value, peakBytes: after }];
  });
}
