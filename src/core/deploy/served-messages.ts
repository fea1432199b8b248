import type { ChatMessage } from "./chat.ts";
import type { UnicodeForm } from "#contract/ollama-proof.ts";

/**
 * Whether Ollama feeds these messages as they are. For Qwen 3 it takes thinking out of earlier
 * answers, whatever the template says (server/routes.go, filterThinkTags), and loses an answer that
 * is blank or the beginning of `<think>` with it. No chat has such an answer, but a proof may.
 */
export function isServedWhole(messages: readonly ChatMessage[], family: string): boolean {
  if (family !== "qwen3") return true;
  const last = messages.findLastIndex(({ role }) => role === "user");
  return !messages
    .slice(0, Math.max(0, last))
    .some(
      ({ role, content }) =>
        role === "assistant" && content !== "" && "<think>".startsWith(content.trimStart()),
    );
}

/** Where the system prompt is the model's own, it is left to Ollama, as whoever asks leaves it. */
export function withoutOwnSystem(
  messages: readonly ChatMessage[],
  system: string,
): readonly ChatMessage[] {
  const [first, second] = messages;
  const isOwn = system !== "" && first?.role === "system" && first.content === system;
  return isOwn && second && second.role !== "system" ? messages.slice(1) : messages;
}

/** Put what is asked into the form that training's tokenizer gives every text. */
export function inForm<T extends { messages: ChatMessage[]; prompt?: string }>(
  asked: T,
  form: UnicodeForm | null,
): T {
  if (form === null) return asked;
  return {
    ...asked,
    messages: asked.messages.map((message) => ({
      ...message,
      content: message.content.normalize(form),
    })),
    ...(asked.prompt === undefined ? {} : { prompt: asked.prompt.normalize(form) }),
  };
}
