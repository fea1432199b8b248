import { createCandidate, dropCandidate, type CandidateOptions } from "./candidate.ts";
import type { Tokenise } from "./difference.ts";
import type { GoldenConversation } from "./golden.ts";
import { proofError } from "./proof-error.ts";
import { proveModel } from "./prove.ts";

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
