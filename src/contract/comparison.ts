import { z } from "zod";
import { curvePointSchema, runStatusSchema } from "./run.ts";
import { verdictSchema } from "./events.ts";

const valueSchema = z.union([z.string(), z.number(), z.boolean(), z.array(z.string())]).nullable();
export type ComparedValue = z.infer<typeof valueSchema>;

/** What a difference is about; `section` says more of it. */
const comparedGroups = ["settings", "data", "model", "environment"] as const;

/** Measures in the order in which they are shown; each says which way is better, if either is. */
export const comparedScores = [
  "exactMatchBase",
  "exactMatchTuned",
  "exactMatchGguf",
  "lossBase",
  "lossTuned",
  "lossGguf",
  "stopsTuned",
  "stopsGguf",
  "bestStep",
  "steps",
  "seconds",
  "tokensPerSecond",
  "memoryBytes",
] as const;
export type ComparedScore = (typeof comparedScores)[number];

/** Two or more runs, value for value in the order in which they were named. */
export const comparisonSchema = z.object({
  runs: z.array(
    z.object({
      project: z.string(),
      id: z.string(),
      number: z.int(),
      createdAt: z.string(),
      status: runStatusSchema,
      verdict: verdictSchema.nullable(),
    }),
  ),
  /** Only what is not the same in all of them; null = unset. */
  differences: z.array(
    z.object({
      group: z.enum(comparedGroups),
      section: z.string(),
      key: z.string(),
      values: z.array(valueSchema),
    }),
  ),
  /** How many settings and facts are the same in all. */
  equal: z.int().nonnegative(),
  /** Training rows of each run against the first one's, by what they say. */
  rows: z.array(
    z.object({
      shared: z.int().nonnegative(),
      added: z.int().nonnegative(),
      missing: z.int().nonnegative(),
    }),
  ),
  /** Scores can be held against one another only where the same rows were asked. */
  sameCheckRows: z.boolean(),
  scores: z.array(
    z.object({ key: z.enum(comparedScores), values: z.array(z.number().nullable()) }),
  ),
  curves: z.array(z.array(curvePointSchema)),
});
export type Comparison = z.infer<typeof comparisonSchema>;
