import { z } from "zod";

/** Replies of the trainer's short commands (`device`, `inspect`); see docs/interfaces.md. */
export const deviceReplySchema = z.object({
  type: z.enum(["cpu", "cuda", "mps"]),
  name: z.string(),
  memoryBytes: z.int().nonnegative(),
  freeBytes: z.int().nonnegative(),
  threads: z.int().positive(),
  cores: z.int().positive(),
  bf16: z.boolean(),
  fp16: z.boolean(),
  flags: z.array(z.string()),
  reason: z.string(),
  /** Why weights cannot be loaded in 4 bits here. */
  fourBitObstacle: z.string().nullable().optional(),
});
export type DeviceReply = z.infer<typeof deviceReplySchema>;

export const modelFactsSchema = z.object({
  architecture: z.string(),
  modelType: z.string(),
  parameters: z.int().positive(),
  sha256: z.string(),
  tiedEmbeddings: z.boolean(),
  linearModules: z.array(z.string()),
  modulesToSave: z.array(z.string()),
  hasBias: z.boolean(),
  /** 0 = the model's config does not say. */
  maxPositions: z
    .int()
    .nonnegative()
    .nullable()
    .transform((value) => value ?? 0),
  vocabSize: z.int().positive(),
  weightsDtype: z.string(),
  safetensorsBytes: z.int().nonnegative(),
});

export const templateFactsSchema = z.object({
  sha256: z.string(),
  source: z.string(),
  mask: z.enum(["generation", "prefix", "last"]),
  system: z.enum(["supported", "rejected"]),
  /** Whether definitions of tools, calls of them, and what a tool said reach the prompt. */
  tools: z
    .object({ definitions: z.boolean(), calls: z.boolean(), results: z.boolean() })
    .optional(),
  stopTokens: z.array(z.string()),
  stopTokenIds: z.array(z.int()),
  thinking: z.enum(["none", "on", "off"]),
  readsClock: z.boolean(),
});

export const inspectReplySchema = z.object({
  model: modelFactsSchema,
  template: templateFactsSchema,
  rows: z
    .array(
      z.object({
        id: z.string(),
        tokens: z.int().nonnegative(),
        supervised: z.int().nonnegative(),
        /** Position of the first token that is learned. */
        first: z.int().nonnegative().optional(),
        error: z
          .object({
            code: z.string(),
            params: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
            message: z.string(),
          })
          .optional(),
      }),
    )
    .optional(),
  /** Number of packs that the training rows fill at each max_length. */
  packs: z.record(z.string(), z.int().nonnegative()).optional(),
  /** The most tokens and learned tokens that one of these packs holds. */
  fullest: z
    .record(
      z.string(),
      z.object({ tokens: z.int().nonnegative(), supervised: z.int().nonnegative() }),
    )
    .optional(),
});
export type InspectReply = z.infer<typeof inspectReplySchema>;
