import { z } from "zod";
import { errorBodySchema } from "./errors.ts";

/** The forms of Unicode that a tokenizer may put texts into first. */
export const unicodeForms = ["NFC", "NFD", "NFKC", "NFKD"] as const;
export type UnicodeForm = (typeof unicodeForms)[number];

/** The causes that are known by name; each has a sentence among the error codes. */
const proofCauseSchema = z.enum([
  "ollama_cause_old_version",
  "ollama_cause_thinking_switch",
  "ollama_cause_template_override",
  "ollama_cause_double_begin_token",
]);
export type ProofCause = z.infer<typeof proofCauseSchema>;

const tokenSchema = z.object({ id: z.int().nullable(), text: z.string() });

const settingValueSchema = z.union([z.number(), z.string(), z.boolean(), z.array(z.string())]);

/** Where Ollama first parts from training. */
const proofDifferenceSchema = z.object({
  kind: z.enum(["prompt", "token_count", "answer", "refused"]),
  /** Id of the golden conversation or of the held-out row. */
  conversation: z.string(),
  /** Position of the token, from 0; for a count, the number that was expected. */
  index: z.int(),
  /** null = there the text ends. */
  expected: tokenSchema.nullable(),
  got: tokenSchema.nullable(),
  /** A few tokens before it, which are the same in both. */
  before: z.array(z.string()),
  /** A few tokens after it, as expected and as Ollama has them. */
  afterExpected: z.array(z.string()),
  afterGot: z.array(z.string()),
  /** What Ollama says where it refuses; the two counts where only they differ. */
  detail: z.string().nullable(),
});
export type ProofDifference = z.infer<typeof proofDifferenceSchema>;

const shareSchema = z.object({ equal: z.int().nonnegative(), total: z.int().nonnegative() });

/** Through Ollama: how many of the held-out prompts were answered to an end within the limit. */
const stopShareSchema = z.object({
  stopped: z.int().nonnegative(),
  total: z.int().positive(),
  limit: z.int().positive(),
  /** Why, where fewer than 95 % did. */
  cause: z
    .enum(["ollama_stops_end_token", "ollama_stops_repeats", "ollama_stops_too_long"])
    .nullable(),
  /** Some of those that did not. */
  examples: z.array(z.object({ id: z.string(), tail: z.string() })),
});
export type StopShare = z.infer<typeof stopShareSchema>;

/** Rows with tools: the prompt before the last answer, compared text for text and by its tokens. */
const toolProofSchema = shareSchema.extend({
  /** Those that Ollama reads otherwise than training. */
  differing: z.array(
    z.object({
      id: z.string(),
      /** Why, each with its code. */
      causes: z.array(errorBodySchema),
      difference: proofDifferenceSchema,
    }),
  ),
});
export type ToolProof = z.infer<typeof toolProofSchema>;

/** <run>/ollama-proof.json: what a real Ollama was asked, and what it gave. */
export const proofSchema = z.object({
  schemaVersion: z.literal(1),
  time: z.iso.datetime(),
  proven: z.boolean(),
  ollamaVersion: z.string(),
  name: z.string(),
  /** The manifest's digest, as `ollama list` shows it. */
  digest: z.string(),
  ggufSha256: z.string(),
  prompts: shareSchema,
  /** Golden conversations that this Ollama cannot be asked unchanged. */
  leftOut: z.array(z.string()),
  /** Fewer in all where a conversation is longer than the model's own context. */
  tokenCounts: shareSchema,
  /** `nearTies` part where the two best tokens are within 0.05; they are not faults. */
  answers: shareSchema.extend({ nearTies: z.int().nonnegative() }),
  settings: shareSchema.extend({
    differences: z.array(
      z.object({
        key: z.string(),
        sent: settingValueSchema.nullable(),
        got: settingValueSchema.nullable(),
      }),
    ),
  }),
  /** Whether Ollama attached a template of its own. */
  templateLayer: z.boolean(),
  /** The form that all texts were put into first, as training's tokenizer does; Ollama does not. */
  unicodeForm: z.enum(unicodeForms).nullable(),
  cause: proofCauseSchema.nullable(),
  firstDifference: proofDifferenceSchema.nullable(),
  stops: stopShareSchema.nullable(),
  /** Rows of the run that use tools. */
  toolRows: z.int().positive().optional(),
  /** Some of them, one by one; absent where Ollama was not asked. `proven` is about all others. */
  toolProof: toolProofSchema.optional(),
});
export type Proof = z.infer<typeof proofSchema>;
