import { z } from "zod";

/** What may be changed in a run after it was frozen: run.json itself never changes. */
const changeableKeys = ["learning_rate", "load_in_4bit"] as const;

export const runChangeSchema = z.strictObject({
  time: z.iso.datetime(),
  /** It counts for the steps behind this one; 0 = from the beginning. */
  step: z.int().nonnegative(),
  key: z.enum(changeableKeys),
  value: z.union([z.number(), z.boolean()]),
  before: z.union([z.number(), z.boolean()]),
});
export type RunChange = z.infer<typeof runChangeSchema>;

/** <run>/changes.json */
export const runChangesSchema = z.strictObject({
  schemaVersion: z.literal(1),
  changes: z.array(runChangeSchema),
});
