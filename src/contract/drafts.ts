import { z } from "zod";

const count = z.int().nonnegative();

/** Services that can write drafts; each speaks a protocol of its own, and others speak it, too. */
const draftServiceSchema = z.enum(["ollama", "openai", "anthropic", "mistral"]);
export type DraftService = z.infer<typeof draftServiceSchema>;

/** What shall be drafted, and by whom. */
export const draftOrderSchema = z.strictObject({
  service: draftServiceSchema,
  /** Null = the service's own, or Ollama's from the settings. */
  address: z
    .url({ protocol: /^https?$/ })
    .max(500)
    .nullable()
    .default(null),
  model: z.string().min(1).max(200),
  /** Documents to draft from; null = all. */
  documents: z.array(z.string().min(1).max(255)).nullable().default(null),
  /** Questions with answers per passage. */
  perChunk: z.int().min(1).max(10).default(3),
  /** In words, such as "German"; "" = the language of each passage. */
  language: z.string().max(60).default(""),
  style: z.string().max(500).default(""),
});
export type DraftOrder = z.infer<typeof draftOrderSchema>;

export const draftStateSchema = z.enum(["draft", "approved", "rejected"]);
export type DraftState = z.infer<typeof draftStateSchema>;

/** A question with its answer that a model wrote, and the passage that it was written from. */
export const draftSchema = z.strictObject({
  id: z.string(),
  state: draftStateSchema,
  question: z.string(),
  answer: z.string(),
  /** Whether a person changed its words. */
  edited: z.boolean(),
  document: z.string(),
  /** Number of the passage in its document, from 1. */
  chunk: z.int().positive(),
  headings: z.array(z.string()),
  page: z.int().positive().nullable(),
  passage: z.string(),
  model: z.string(),
});
export type Draft = z.infer<typeof draftSchema>;

/** What an order would send, and where to. */
export const draftPlanSchema = z.strictObject({
  address: z.string(),
  /** Whether the address is another computer. */
  leavesComputer: z.boolean(),
  keySet: z.boolean(),
  documents: z.array(z.strictObject({ name: z.string(), chunks: count, characters: count })),
  /** Passages that are still to be sent; those with drafts are not sent again. */
  chunks: count,
  /** Estimates by four characters a token. */
  promptTokens: count,
  answerTokens: count,
  /** The first request as it would be sent, without its key. */
  example: z.strictObject({ system: z.string(), user: z.string() }).nullable(),
});
export type DraftPlan = z.infer<typeof draftPlanSchema>;

export const documentSchema = z.strictObject({
  name: z.string(),
  bytes: count,
  chunks: count,
  characters: count,
});
export type StoredDocument = z.infer<typeof documentSchema>;
