import type { MemoryPart } from "#contract/memory.ts";
import type { PhaseParts } from "./parts.ts";

/** What a run was expected to hold while training, before any correction, and what it held. */
export interface Measurement {
  parts: Record<MemoryPart, number>;
  bytes: number;
}

/** What earlier runs on this machine taught about the estimate. */
export interface Correction {
  measurements: number;
  /** What activations and logits are multiplied by. */
  factor: number;
  /** Bytes added to what the libraries hold. */
  offset: number;
}

/** Before anything was measured here. */
export const uncorrected: Correction = { measurements: 0, factor: 1, offset: 0 };

/** How far a machine may be expected to differ from the one that the coefficients were found on. */
const spread = { factor: 0.3, offset: 150 * 2 ** 20 };
/** Relative scatter of single measurements around the fitted line. */
const scatter = 0.04;
const limits = { factor: [0.3, 3], offset: [-400 * 2 ** 20, 2 ** 30] } as const;

/**
 * The offset and the factor that fit what was measured best: least squares of the relative errors,
 * with a prior that each is what the built-in coefficients say (Bayesian linear regression, Bishop
 * 2006, section 3.3). One measurement moves them a little, many decide alone.
 */
export function fitCorrection(measurements: readonly Measurement[]): Correction {
  if (measurements.length === 0) return uncorrected;
  // Normal equations of x = (offset / spread, (factor − 1) / spread), each row divided by scatter.
  let [aa, ab, bb, ay, by] = [1, 0, 1, 0, 0];
  for (const { parts, bytes } of measurements) {
    const moving = parts.activations + parts.logits;
    const expected = Object.values(parts).reduce((sum, part) => sum + part, 0);
    const weight = 1 / (scatter * bytes);
    const a = spread.offset * weight;
    const b = moving * spread.factor * weight;
    const y = (bytes - expected) * weight;
    aa += a * a;
    ab += a * b;
    bb += b * b;
    ay += a * y;
    by += b * y;
  }
  const determinant = aa * bb - ab * ab;
  const offset = ((ay * bb - by * ab) / determinant) * spread.offset;
  const factor = 1 + ((by * aa - ay * ab) / determinant) * spread.factor;
  return {
    measurements: measurements.length,
    factor: clamp(factor, limits.factor),
    offset: clamp(offset, limits.offset),
  };
}

/** The parts of every phase as they are expected on this machine. */
export function correct(phases: PhaseParts, { factor, offset }: Correction): PhaseParts {
  const one = (parts: Record<MemoryPart, number>): Record<MemoryPart, number> => ({
    ...parts,
    runtime: Math.max(0, parts.runtime + offset),
    activations: parts.activations * factor,
    logits: parts.logits * factor,
  });
  return { load: one(phases.load), train: one(phases.train), evaluate: one(phases.evaluate) };
}

const clamp = (value: number, [low, high]: readonly [number, number]): number =>
  Math.min(high, Math.max(low, value));
