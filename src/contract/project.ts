import { z } from "zod";
import { mappingSchema } from "./data-format.ts";
import { sectionSchema } from "./parameters/registry.ts";

/** A data file of a project; `role` says whether its rows train or check. */
export const dataFileSchema = z.strictObject({
  name: z.string(),
  role: z.enum(["train", "check"]),
  bytes: z.int().nonnegative(),
  sha256: z.string(),
  addedAt: z.iso.datetime(),
  /** How to read it, where a person knows better than detection. */
  mapping: mappingSchema.optional(),
  /** The version that counts, made by a fix; absent = as uploaded. */
  version: z.int().positive().optional(),
});
export type DataFile = z.infer<typeof dataFileSchema>;

/** project.json. Outer keys are camelCase; inner keys of the four sections are the ecosystem's. */
export const projectSchema = z.strictObject({
  schemaVersion: z.literal(1),
  revision: z.int().nonnegative(),
  slug: z.string(),
  name: z.string().min(1).max(120),
  description: z.string().max(2000).default(""),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
  /** "starter", a folder, or a hub id. */
  model: z.string(),
  /** The name in Ollama. */
  targetName: z.string(),
  preset: z.string().nullable().default(null),
  data: z.array(dataFileSchema).default([]),
  trainingConfig: sectionSchema("training_config").default({}),
  loraConfig: sectionSchema("lora_config").default({}),
  quantizationConfig: sectionSchema("quantization_config").default({}),
  modelfileConfig: sectionSchema("modelfile_config").default({}),
});
export type Project = z.infer<typeof projectSchema>;

/** Outer key in project.json for each section's name in the API. */
export const sectionKeys = {
  training_config: "trainingConfig",
  lora_config: "loraConfig",
  quantization_config: "quantizationConfig",
  modelfile_config: "modelfileConfig",
} as const;
