import { z } from "zod";

export const languageSchema = z.enum(["en", "de"]);
export const themeSchema = z.enum(["system", "light", "dark"]);

/** settings.json. What is null is chosen automatically. Secrets never stand here. */
export const settingsSchema = z.object({
  schemaVersion: z.literal(1),
  /** null = the browser's or the terminal's language. */
  language: languageSchema.nullable().default(null),
  theme: themeSchema.default("system"),
  /** null = OLLAMA_HOST, else Ollama's own default address. */
  ollamaAddress: z.string().max(500).nullable().default(null),
  /** Whether a run whose process died is taken up by itself, three times at most. */
  autoResume: z.boolean().default(true),
  /** With less free on the disk a run pauses; null = what its next checkpoints need. */
  diskReserveBytes: z.int().nonnegative().nullable().default(null),
});
export type Settings = z.infer<typeof settingsSchema>;

/** secrets.json, readable by its owner alone. */
export const secretsSchema = z.object({
  schemaVersion: z.literal(1),
  huggingFaceToken: z.string().nullable().default(null),
  /** Keys of services that write drafts, by the address that each is for. */
  endpointKeys: z.record(z.string(), z.string()).default({}),
});
export type Secrets = z.infer<typeof secretsSchema>;

/** What an update may name: absent = unchanged, null = back to default. */
const settingsPatchSchema = z.strictObject({
  language: languageSchema.nullable().optional(),
  theme: themeSchema.nullable().optional(),
  ollamaAddress: z.string().max(500).nullable().optional(),
  huggingFaceToken: z.string().min(1).max(500).nullable().optional(),
  /** By address; null forgets a key. */
  endpointKeys: z.record(z.string().max(500), z.string().min(1).max(500).nullable()).optional(),
  autoResume: z.boolean().nullable().optional(),
  diskReserveBytes: z.int().nonnegative().nullable().optional(),
});
export type SettingsPatch = z.infer<typeof settingsPatchSchema>;
