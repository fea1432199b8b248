import type { Hit, SeenRow } from "../seen-row.ts";

/*
 * Control tokens of the chat formats in use: ChatML, Llama 2 to 4, Gemma, Mistral, Phi, DeepSeek,
 * GPT and T5. In a row's text they would become control tokens of the prompt.
 */
const token =
  /<\|[^|<>\s][^|<>]{0,38}\|>|<｜[^｜<>]{1,60}｜>|<\/?s>|\[\/?(?:INST|AVAILABLE_TOOLS|SYSTEM_PROMPT)\]|<<\/?SYS>>|<(?:start|end)_of_(?:turn|image|text)>|<(?:eos|bos|pad|unk|mask|sep|cls)>|\[(?:BOS|EOS|PAD|UNK|CLS|SEP|MASK)\]/;
const everyToken = new RegExp(token.source, "g");

/** The first control token in a row's text; `own` are those of the model at hand. */
export function findSpecialToken(row: SeenRow, own: readonly string[] = []): Hit | undefined {
  const texts = [...row.messages.map(({ content }) => content), row.text];
  for (const text of texts) {
    const found = token.exec(text)?.[0] ?? own.find((piece) => text.includes(piece));
    if (found !== undefined) return { found };
  }
  return undefined;
}

/** A text without control tokens, and without the gap that each leaves. */
export function removeSpecialTokens(text: string, own: readonly string[] = []): string {
  let result = text.replaceAll(everyToken, "");
  for (const piece of own) result = result.replaceAll(piece, "");
  return result === text ? text : result.replaceAll(/ {2,}/g, " ").trim();
}
