import type { ErrorBody } from "#contract/errors.ts";
import type { Conversation, Message } from "#contract/dataset.ts";

/** A row as detectors see it; with a reason where it cannot be used at all. */
export interface SeenRow {
  messages: readonly Message[];
  /** Plain text for continued training. */
  text: string;
  /** Definitions of tools. */
  tools?: Conversation["tools"];
  reason: ErrorBody | undefined;
}

/** What a detector found in a row, such as a token; null where there is nothing to quote. */
export interface Hit {
  found: string | null;
}

/** All that a row teaches, without its system prompt. */
export function taughtText({ messages, text }: SeenRow): string {
  const parts = messages.filter(({ role }) => role !== "system").map(({ content }) => content);
  if (text !== "") parts.push(text);
  return parts.join("\n");
}

export const answersOf = ({ messages }: SeenRow): string[] =>
  messages.filter(({ role }) => role === "assistant").map(({ content }) => content);

/** The last question with its answer, which is what most rows consist of. */
export function lastPair({ messages }: SeenRow): { question: string; answer: string } | undefined {
  const answer = messages.at(-1);
  const question = messages.findLast(({ role }) => role === "user");
  if (answer?.role !== "assistant" || !question) return undefined;
  return { question: question.content, answer: answer.content };
}

/** Lower case, single blanks, no punctuation at its ends: what does not change a text's meaning. */
export function plainText(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && edge.test(text.charAt(start))) start += 1;
  while (end > start && edge.test(text.charAt(end - 1))) end -= 1;
  return text.slice(start, end).toLowerCase().replaceAll(/\s+/g, " ");
}

const edge = /[\s\p{P}]/u;
