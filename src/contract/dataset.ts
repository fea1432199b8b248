import { z } from "zod";
import { errorBodySchema } from "./errors.ts";

export const messageSchema = z.strictObject({
  role: z.enum(["system", "user", "assistant"]),
  content: z.string(),
});
export type Message = z.infer<typeof messageSchema>;

/** A row as it is trained: a conversation and where it came from. */
export const rowSchema = z.strictObject({
  id: z.string(),
  file: z.string(),
  line: z.int().positive(),
  messages: z.array(messageSchema),
});
export type Row = z.infer<typeof rowSchema>;

/** What became of one input row. Every input row has exactly one entry. */
export const ledgerEntrySchema = z.strictObject({
  file: z.string(),
  line: z.int().positive(),
  outcome: z.enum(["train", "check", "left_out"]),
  reason: errorBodySchema.optional(),
});
export type LedgerEntry = z.infer<typeof ledgerEntrySchema>;

export const ledgerSummarySchema = z.strictObject({
  rows: z.int().nonnegative(),
  train: z.int().nonnegative(),
  check: z.int().nonnegative(),
  leftOut: z.int().nonnegative(),
  /** How many rows each reason's code left out. */
  reasons: z.record(z.string(), z.int().positive()),
  /** The first rows left out, with their reasons. */
  first: z.array(ledgerEntrySchema),
});
export type LedgerSummary = z.infer<typeof ledgerSummarySchema>;
