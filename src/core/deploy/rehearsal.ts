import { join } from "node:path";
import { z } from "zod";
import { createCandidate, dropCandidate, type CandidateOptions } from "./candidate.ts";
import type { Tokenise } from "./difference.ts";
import type { GoldenConversation } from "./golden.ts";
import { readList, updateList } from "./locked-list.ts";
import { proofError } from "./proof-error.ts";
import { proveModel } from "./prove.ts";

/** What the chain behind training depends on; if any of it changes, it is rehearsed anew. */
export const rehearsalKeySchema = z.object({
  modelSha256: z.string(),
  templateSha256: z.string(),
  /** The converter's version. */
  converter: z.string(),
  /** null = without Ollama. */
  ollamaVersion: z.string().nullable(),
  format: z.string(),
});
export type RehearsalKey = z.infer<typeof rehearsalKeySchema>;

const entrySchema = rehearsalKeySchema.extend({ time: z.iso.datetime() });
const keptEntries = 200;

/**
 * Carry out a rehearsal unless the very same one has passed before. Only a pass is remembered:
 * what failed may have been mended since. Errors: those of `carryOut`.
 */
export async function rehearseOnce(
  home: string,
  key: RehearsalKey,
  carryOut: () => Promise<void>,
): Promise<{ cached: boolean }> {
  const file = join(home, "rehearsals.json");
  if ((await readList(file, entrySchema)).some((entry) => isSameKey(entry, key))) {
    return { cached: true };
  }
  await carryOut();
  const entry = { ...key, time: new Date().toISOString() };
  await updateList(file, entrySchema, (entries) => [
    ...entries.filter((other) => !isSameKey(other, key)).slice(1 - keptEntries),
    entry,
  ]);
  return { cached: false };
}

export interface OllamaRehearsal extends CandidateOptions {
  readonly golden: readonly GoldenConversation[];
  readonly tokenise: Tokenise;
}

/**
 * The part of a rehearsal that needs Ollama: create, read back, prove the prompts, remove.
 * Errors: those of creation, and `proofError` where it is not proven.
 */
export async function rehearseInOllama(options: OllamaRehearsal): Promise<void> {
  const { ollama, golden, tokenise, signal } = options;
  try {
    const candidate = await createCandidate(options);
    const finding = await proveModel({
      ollama,
      model: candidate.name,
      sent: candidate.settings,
      golden,
      answers: [],
      greedy: { limit: 1, stop: [] },
      tokenise,
      signal,
    });
    if (!finding.proven) throw proofError(finding, candidate.name, ollama.version);
  } finally {
    await dropCandidate(ollama, options);
  }
}

function isSameKey(left: RehearsalKey, right: RehearsalKey): boolean {
  return Object.keys(rehearsalKeySchema.shape).every(
    (key) => left[key as keyof RehearsalKey] === right[key as keyof RehearsalKey],
  );
}
