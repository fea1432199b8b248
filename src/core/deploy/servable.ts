import type { ChatMessage } from "./chat.ts";

/**
 * Whether Ollama feeds these messages as they are. For Qwen 3 it takes thinking out of earlier
 * answers, whatever the template says (server/routes.go, filterThinkTags), and loses an answer that
 * is blank or the beginning of `<think>` with it. No chat has such an answer, but a proof may.
 */
export function isServedWhole(messages: readonly ChatMessage[], family: string): boolean {
  if (family !== "qwen3") return true;
  const last = messages.findLastIndex(({ role }) => role === "user");
  return !messages.slice(0, Math.max(0, last)).some(({ role, content }) => {
    return role === "assistant" && content !== "" && "<think>".startsWith(content.trimStart());
  });
}
