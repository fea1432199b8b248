import { z } from "zod";
import { findingCodes, fixCodes } from "./findings.ts";

const count = z.int().nonnegative();

/**
 * A version of a data file: what a fix changed about the original, which itself is never touched.
 * Version 0 is the original.
 */
export const dataVersionSchema = z.strictObject({
  version: z.int().positive(),
  createdAt: z.iso.datetime(),
  /** The version that was fixed. */
  parent: count,
  finding: z.enum(findingCodes),
  fix: z.enum(fixCodes),
  /** Rows changed and left out, all in all, against the original. */
  changed: count,
  leftOut: count,
});
export type DataVersion = z.infer<typeof dataVersionSchema>;

/** A row before and after; null = left out. Messages as text, one paragraph per turn. */
const rowChangeSchema = z.strictObject({
  file: z.string(),
  line: z.int().positive(),
  before: z.string().nullable(),
  after: z.string().nullable(),
});

/** What differs between two versions, or what a fix would do. */
export const changesSchema = z.strictObject({
  changed: count,
  leftOut: count,
  /** Rows that the later one has and the earlier one has not. */
  broughtBack: count,
  /** The first rows that differ. */
  rows: z.array(rowChangeSchema),
});
export type Changes = z.infer<typeof changesSchema>;
