import { z } from "zod";
import { runStatusSchema } from "./run.ts";

/** Section to key to value: what one trial has otherwise than the project. */
const trialSettingsSchema = z.record(z.string(), z.record(z.string(), z.unknown()));

/** sweeps/<id>.json: written once, when all its trials are frozen. */
export const sweepSchema = z.strictObject({
  schemaVersion: z.literal(1),
  id: z.string(),
  project: z.string(),
  createdAt: z.iso.datetime(),
  /** Whether a trial that lags behind the others is stopped before its end. */
  stopHopeless: z.boolean(),
  trials: z.array(z.strictObject({ run: z.string(), settings: trialSettingsSchema })).min(1),
});
export type Sweep = z.infer<typeof sweepSchema>;

/** A trial's standing: the best held-out loss that it reached decides. */
export const rankedTrialSchema = z.object({
  run: z.string(),
  /** The run's number; null where its folder is gone. */
  number: z.int().positive().nullable(),
  settings: trialSettingsSchema,
  status: z.union([runStatusSchema, z.literal("missing")]),
  /** 1 = best; null where nothing comparable was measured yet. */
  rank: z.int().positive().nullable(),
  /** Lowest held-out loss so far, in nats per learned token. */
  bestLoss: z.number().nullable(),
  /** Share of exactly right answers, once the trial is measured. */
  exactMatch: z.number().nullable(),
  /** Stopped by itself, because it lagged behind the others. */
  hopeless: z.boolean(),
  /** Its held-out rows are others than the most trials have, so its loss says nothing beside theirs. */
  incomparable: z.boolean(),
  /** A model was made of it, or is being made. */
  exported: z.boolean(),
});
export type RankedTrial = z.infer<typeof rankedTrialSchema>;
