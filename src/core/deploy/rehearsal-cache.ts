import { createHash } from "node:crypto";
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { writeJsonAtomic } from "#core/files/atomic.ts";

const value = z.union([z.string(), z.number(), z.boolean(), z.array(z.string())]);

/** What the chain behind training depends on; if any of it changes, it is rehearsed anew. */
export const rehearsalKeySchema = z.strictObject({
  modelSha256: z.string(),
  /** The model's other files: config, tokenizer, templates. */
  modelFilesSha256: z.string(),
  templateSha256: z.string(),
  thinking: z.enum(["none", "on", "off"]),
  /** The engine with converter and quantiser, by its lock. */
  engine: z.string(),
  tunesmith: z.string(),
  /** "none" = without Ollama. */
  ollamaVersion: z.string(),
  ollamaAddress: z.string(),
  format: z.string(),
  device: z.string(),
  /** How the adapter is made, and what may be held in 4 bits beside it. */
  lora: z.record(z.string(), value),
  loadIn4Bit: z.boolean(),
  /** Parameters and system prompt as Ollama gets them. */
  settings: z.object({ parameters: z.record(z.string(), value), system: z.string() }),
  /** Ollama and llama.cpp treat some models by their names. */
  name: z.string(),
});
export type RehearsalKey = z.infer<typeof rehearsalKeySchema>;

const entrySchema = z.object({
  schemaVersion: z.literal(1),
  key: rehearsalKeySchema,
  time: z.iso.datetime(),
});

/**
 * Whether the very same rehearsal has passed before. Only a pass is remembered: what failed may have
 * been mended since. What cannot be read counts as not there, for trying again costs seconds.
 */
export async function hasPassed(home: string, key: RehearsalKey): Promise<boolean> {
  const text = await readFile(rehearsalFile(home, key), "utf8").catch(() => undefined);
  if (text === undefined) return false;
  try {
    return canonical(entrySchema.parse(JSON.parse(text)).key) === canonical(key);
  } catch {
    return false;
  }
}

/** Errors: disk_full, file_*. */
export async function rememberPass(home: string, key: RehearsalKey): Promise<void> {
  await mkdir(join(home, "rehearsals"), { recursive: true });
  const time = new Date().toISOString();
  await writeJsonAtomic(rehearsalFile(home, key), { schemaVersion: 1, key, time });
}

/** Where it is kept that a rehearsal passed, by everything it depends on. */
export function rehearsalFile(home: string, key: RehearsalKey): string {
  const hash = createHash("sha256").update(canonical(key)).digest("hex");
  return join(home, "rehearsals", `${hash.slice(0, 32)}.json`);
}

/** The same text for the same key, in whatever order its parts were put in. */
function canonical(key: RehearsalKey): string {
  return JSON.stringify(key, (_name, part: unknown) =>
    typeof part === "object" && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}
