import { AppError } from "#contract/errors.ts";
import type { Unequal } from "./cause.ts";
import { answer, renderPrompt, unloadModel, type ChatEnd, type ChatRequest } from "./chat.ts";
import type { Parameters } from "./create.ts";
import { firstPromptDifference, plainDifference, type Tokenise } from "./difference.ts";
import type { GoldenConversation, GoldenTools } from "./golden.ts";
import type { ProofDifference } from "#contract/ollama-proof.ts";
import type { ShownModel } from "./readback.ts";
import { inForm, withoutOwnSystem } from "./served-messages.ts";

export interface GoldenOptions {
  readonly address: string;
  readonly model: string;
  readonly shown: ShownModel;
  /** The system prompt that the model brings along. */
  readonly system: string;
  /** Options that give the longest conversation room. */
  readonly context: Parameters;
  readonly tokenise: Tokenise;
  readonly signal?: AbortSignal | undefined;
}

/** Naming a token takes the training tokenizer, so it is done for the first difference alone. */
export type LateDifference = () => Promise<ProofDifference>;

export interface GoldenResult {
  readonly promptEqual: boolean;
  /** null = the model's own context has no room for it, so only its text was compared. */
  readonly countEqual: boolean | null;
  readonly difference: LateDifference | null;
  readonly unequal?: Unequal;
}

/**
 * A function that asks Ollama what it would feed for a golden conversation and compares the text
 * and the number of its tokens with training's.
 */
export function goldenChecker(
  options: GoldenOptions,
): (golden: GoldenConversation | GoldenTools) => Promise<GoldenResult> {
  const { address, model, shown, context, tokenise, signal } = options;
  const beginText = beginTextOf(shown, tokenise);
  return async (golden) => {
    const { id, messages: asked, prompt, ids } = inForm(golden, shown.unicodeForm);
    const messages = withoutOwnSystem(asked, options.system);
    const tools = "tools" in golden ? golden.tools : undefined;
    const request = { model, messages, tools, options: context, truncate: false, signal };
    const fits = ids.length < (shown.contextLength ?? Number.POSITIVE_INFINITY);
    try {
      const rendered = await renderPrompt(address, request);
      const isShorter = prompt !== rendered && prompt.endsWith(rendered);
      const begin = isShorter ? await beginText(golden) : "";
      const isPrompt = (text: string): boolean => text === prompt || begin + text === prompt;
      const promptEqual = isPrompt(rendered);
      const counted = fits ? await countPrompt(address, request, ids.length) : ids.length;
      const countEqual = fits ? counted === ids.length : null;
      if (promptEqual && counted === ids.length)
        return { promptEqual, countEqual, difference: null };
      const difference = async (): Promise<ProofDifference> => {
        if (!promptEqual) return await firstPromptDifference(id, prompt, rendered, tokenise);
        const detail = `${ids.length} / ${counted}`;
        return plainDifference("token_count", id, { index: ids.length, detail });
      };
      const counts = { expectedTokens: ids.length, countedTokens: counted };
      const unequal = { request, isPrompt, promptEqual, ...counts };
      return { promptEqual, countEqual, difference, unequal };
    } catch (error) {
      return {
        promptEqual: false,
        countEqual: fits ? false : null,
        difference: refused(error, id),
      };
    }
  };
}

/** What Ollama refuses is a difference; any other error is passed on. */
export function refused(error: unknown, conversation: string): LateDifference {
  if (!(error instanceof AppError) || error.code !== "ollama_refused") throw error;
  const detail = String(error.params["detail"]);
  return async () => plainDifference("refused", conversation, { detail });
}

/** llama-server leaves the begin token's text out of a prompt, because its tokenizer adds it again. */
function beginTextOf(
  shown: ShownModel,
  tokenise: Tokenise,
): (golden: GoldenConversation) => Promise<string> {
  let known: string | undefined;
  return async ({ prompt, ids }) => {
    if (!shown.addsBeginToken || shown.beginTokenId !== ids[0]) return "";
    known ??= (await tokenise([prompt]))[0]?.[0]?.piece ?? "";
    return known;
  };
}

/** The number of tokens that Ollama feeds for these messages. */
async function countPrompt(
  address: string,
  request: ChatRequest,
  expected: number,
): Promise<number> {
  const count = async (): Promise<ChatEnd> => {
    const options = { ...request.options, num_predict: 1, temperature: 0 };
    return (await answer(address, { ...request, options })).end;
  };
  const first = await count();
  // Ollamas that do not tell what was cached count only the rest: without a cache they count all.
  if (first.promptTokens >= expected || first.cachedTokens !== null) return first.promptTokens;
  await unloadModel(address, request.model);
  return (await count()).promptTokens;
}
