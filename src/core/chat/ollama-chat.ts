import type { Message } from "#contract/dataset.ts";
import type { SectionValues } from "#contract/parameters/types.ts";
import { chat } from "../deploy/chat.ts";
import type { ChatDone } from "./open-chat.ts";

/**
 * An answer of a model as Ollama serves it, its own settings and system prompt included; `settings`
 * are laid over them. Errors: ollama_model_missing, ollama_refused, and those of the connection.
 */
export async function* answerInOllama(
  { address, model }: { address: string; model: string },
  messages: Message[],
  { settings = {}, signal }: { settings?: SectionValues; signal?: AbortSignal } = {},
): AsyncGenerator<string, ChatDone> {
  const begin = performance.now();
  const seconds = () => (performance.now() - begin) / 1000;
  const chosen = Object.entries(settings).filter(
    ([key, value]) => key !== "system" && value !== null,
  );
  const options = Object.fromEntries(chosen) as Record<string, string>;
  let tokens = 0;
  try {
    for await (const part of chat(address, { model, messages, options, signal })) {
      if (part.type === "done") {
        const { reason, promptTokens } = part;
        return { reason, tokens: part.tokens, promptTokens, seconds: seconds() };
      }
      tokens += 1;
      yield part.text;
    }
  } catch (error) {
    if (!signal?.aborted) throw error;
  }
  return { reason: "cancelled", tokens, promptTokens: 0, seconds: seconds() };
}
