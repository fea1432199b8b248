import { AppError } from "#contract/errors.ts";
import { renderPrompt, type ChatRequest } from "./chat.ts";
import { rendersTemplates, type Ollama } from "./find.ts";
import type { ProofCause } from "#contract/ollama-proof.ts";
import type { ShownModel } from "./readback.ts";

/** The first conversation that came out otherwise, with what is needed to ask again. */
export interface Unequal {
  readonly request: ChatRequest;
  readonly isPrompt: (rendered: string) => boolean;
  readonly expectedTokens: number;
  readonly countedTokens: number;
  readonly promptEqual: boolean;
}

/** The known cause of a difference, found by looking and by asking again; null where none is known. */
export async function findCause(
  ollama: Ollama,
  shown: ShownModel,
  unequal: Unequal | undefined,
): Promise<ProofCause | null> {
  if (!rendersTemplates(ollama.version)) return "ollama_cause_old_version";
  if (shown.hasAttachedTemplate) return "ollama_cause_template_override";
  if (!unequal) return null;
  const { promptEqual, expectedTokens, countedTokens } = unequal;
  if (promptEqual && shown.addsBeginToken && countedTokens === expectedTokens + 1) {
    return "ollama_cause_double_begin_token";
  }
  if (promptEqual) return null;
  const quiet = await renderPrompt(ollama.address, unequal.request, false).catch(
    (error: unknown) => {
      if (error instanceof AppError && error.code === "ollama_refused") return null;
      throw error;
    },
  );
  return quiet !== null && unequal.isPrompt(quiet) ? "ollama_cause_thinking_switch" : null;
}
