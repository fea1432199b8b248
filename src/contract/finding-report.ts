import { z } from "zod";
import { findingCodes, fixCodes } from "./findings.ts";

const count = z.int().nonnegative();

/** A row that a finding is about. */
const findingRowSchema = z.strictObject({
  file: z.string(),
  line: z.int().positive(),
  /** Rows of one group belong together: duplicates, answers of one question. */
  group: z.int().nullable(),
  /** What was found in it, such as a token or a language; secrets are shown in part. */
  found: z.string().nullable(),
  /** The beginning of the text in question. */
  excerpt: z.string(),
});
export type FindingRow = z.infer<typeof findingRowSchema>;

/** error = spoils the result; warning = probably does; note = worth knowing. */
const severitySchema = z.enum(["error", "warning", "note"]);
export type Severity = z.infer<typeof severitySchema>;

export const findingSchema = z.strictObject({
  code: z.enum(findingCodes),
  severity: severitySchema,
  params: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
  message: z.string(),
  /** How many rows it is about; 0 where it is about the settings. */
  count,
  /** The first of these rows. */
  rows: z.array(findingRowSchema),
  /** What can be done by one press; the first is advised. Empty where only a person can. */
  fixes: z.array(z.enum(fixCodes)),
});
export type Finding = z.infer<typeof findingSchema>;

/** What the doctor found in a project's data, worst first. */
export const findingReportSchema = z.strictObject({
  schemaVersion: z.literal(1),
  /** Tells what was looked at: files, their versions, and the settings that matter. */
  key: z.string(),
  createdAt: z.iso.datetime(),
  seconds: z.number().nonnegative(),
  /** Input rows, those that cannot be used included. */
  rows: count,
  /** Whether the model's tokens were counted; that takes the engine. */
  tokensCounted: z.boolean(),
  findings: z.array(findingSchema),
});
export type FindingReport = z.infer<typeof findingReportSchema>;
