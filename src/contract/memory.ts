import { z } from "zod";
import { memoryParts, memoryPhases } from "./memory-parts.ts";
import { sections } from "./parameters/types.ts";

export { memoryParts, memoryPhases, type MemoryPart, type MemoryPhase } from "./memory-parts.ts";

const bytes = z.int().nonnegative();

/** What a run will need, by part, against what is free on the device that trains. */
export const memoryEstimateSchema = z.strictObject({
  device: z.enum(["cpu", "cuda", "mps"]),
  /** Adds up to `peakBytes`: what is held when most is held. */
  parts: z.array(z.strictObject({ part: z.enum(memoryParts), bytes })),
  phases: z.array(z.strictObject({ phase: z.enum(memoryPhases), bytes })),
  peakBytes: bytes,
  freeBytes: bytes,
  totalBytes: bytes,
  /** tight: it should fit, but nearly all that is free would be used. */
  verdict: z.enum(["fits", "tight", "too_large"]),
  /** The largest micro-batch: rows (or packs) side by side, padded to so many tokens each. */
  microBatch: z.strictObject({ rows: z.int().positive(), tokens: z.int().positive() }),
  /** Whether the rows were measured, or every row is taken for as long as max_length. */
  basis: z.enum(["rows", "max_length"]),
  /** How earlier runs on this machine corrected the estimate: their number, and the factor of activations. */
  correction: z.strictObject({
    measurements: z.int().nonnegative(),
    factor: z.number().positive(),
  }),
  /** What training was expected to hold before the correction; measurements are compared with it. */
  uncorrected: z.array(z.strictObject({ part: z.enum(memoryParts), bytes })),
  /** Settings that would need less, each by itself, with what would be needed then. */
  remedies: z.array(
    z.strictObject({
      section: z.enum(sections),
      key: z.string(),
      value: z.union([z.number(), z.boolean()]),
      peakBytes: bytes,
    }),
  ),
});
export type MemoryEstimate = z.infer<typeof memoryEstimateSchema>;
