import { z } from "zod";
import entries from "./catalogue.json" with { type: "json" };

/** Sizes under the names of the hub's config.json. */
const configSchema = z.strictObject({
  model_type: z.string(),
  hidden_size: z.int().positive(),
  intermediate_size: z.int().positive(),
  num_hidden_layers: z.int().positive(),
  num_attention_heads: z.int().positive(),
  num_key_value_heads: z.int().positive(),
  head_dim: z.int().positive().optional(),
  vocab_size: z.int().positive(),
  tie_word_embeddings: z.boolean(),
  max_position_embeddings: z.int().positive(),
});
export type CatalogueConfig = z.infer<typeof configSchema>;

const entrySchema = z.strictObject({
  /** Its name on the hub. */
  id: z.string(),
  name: z.string(),
  owner: z.string(),
  parameters: z.int().positive(),
  /** About; the hub tells the exact size when a download begins. */
  downloadBytes: z.int().positive(),
  licence: z.string(),
  /** The most asked for, as BCP 47 codes, and how many its owner names. */
  languages: z.array(z.string()).min(1),
  languageCount: z.int().positive(),
  /** Its owner asks for consent on the hub. */
  gated: z.boolean(),
  config: configSchema,
});
export type CatalogueEntry = z.infer<typeof entrySchema>;

/** Small open instruct models worth beginning with, the smallest first. */
export const catalogue: readonly CatalogueEntry[] = z.array(entrySchema).parse(entries);
