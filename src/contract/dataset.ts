import { z } from "zod";
import { errorBodySchema } from "./errors.ts";

/** A call that an answer makes, in OpenAI's form; arguments are always an object. */
const toolCallSchema = z.strictObject({
  id: z.string().optional(),
  type: z.literal("function"),
  function: z.strictObject({ name: z.string(), arguments: z.record(z.string(), z.unknown()) }),
});
export type ToolCall = z.infer<typeof toolCallSchema>;

/** `tool_calls` stand on answers only; `tool_call_id` and `name` on what a tool replied. */
export const messageSchema = z.strictObject({
  role: z.enum(["system", "user", "assistant", "tool"]),
  content: z.string(),
  tool_calls: z.array(toolCallSchema).optional(),
  tool_call_id: z.string().optional(),
  name: z.string().optional(),
});
export type Message = z.infer<typeof messageSchema>;

/** What a row teaches: a conversation, or (with no messages) a text to go on learning from. */
export const conversationSchema = z.strictObject({
  messages: z.array(messageSchema),
  /** Definitions of the tools that the conversation may use, as the chat template takes them. */
  tools: z.array(z.record(z.string(), z.unknown())).optional(),
  /** Plain text for continued training; then there are no messages. */
  text: z.string().optional(),
});
export type Conversation = z.infer<typeof conversationSchema>;

/**
 * A row as it is trained, and where it came from. `line` tells rows of a file apart: the line where
 * it begins in lines of text, CSV and Markdown; its number in a JSON list, a Parquet file or a sheet.
 */
export const rowSchema = conversationSchema.extend({
  id: z.string(),
  file: z.string(),
  line: z.int().positive(),
});
export type Row = z.infer<typeof rowSchema>;

/** What became of one input row. Every input row has exactly one entry. */
export const outcomeSchema = z.enum(["train", "check", "left_out"]);
const ledgerEntrySchema = z.strictObject({
  file: z.string(),
  line: z.int().positive(),
  outcome: outcomeSchema,
  /** Used, but cut to the model's length, because that was asked for; `reason` says from what. */
  shortened: z.literal(true).optional(),
  reason: errorBodySchema.optional(),
});
export type LedgerEntry = z.infer<typeof ledgerEntrySchema>;

/** A file that cannot be read, and why; none of its rows are counted. */
export const unreadableFileSchema = z.strictObject({ file: z.string(), reason: errorBodySchema });
export type UnreadableFile = z.infer<typeof unreadableFileSchema>;

export const ledgerSummarySchema = z.strictObject({
  rows: z.int().nonnegative(),
  train: z.int().nonnegative(),
  check: z.int().nonnegative(),
  leftOut: z.int().nonnegative(),
  /** How many of `train` and `check` were cut, because that was asked for. */
  shortened: z.int().nonnegative(),
  /** How many rows each reason's code left out. */
  reasons: z.record(z.string(), z.int().positive()),
  /** The first rows left out, with their reasons. */
  first: z.array(ledgerEntrySchema),
  /** Files whose rows are not in these counts. Nothing is trained as long as there are any. */
  unreadable: z.array(unreadableFileSchema).default([]),
});
export type LedgerSummary = z.infer<typeof ledgerSummarySchema>;
