import { lastPair } from "../seen-row.ts";
import type { Hit, SeenRow } from "../seen-row.ts";

/** So much of the answer stands in the question, in pieces of three words. */
const mostly = 0.8;
/** A short answer may quote a long question: reading tasks do nothing else. */
const leastLength = 0.5;
/** What is far longer than the question says more than it, even if it begins with it. */
const mostLength = 3;
const fewestWords = 4;

/** An answer that repeats its question, or nearly. */
export function findCopy(row: SeenRow): Hit | undefined {
  const pair = lastPair(row);
  if (!pair) return undefined;
  const length = pair.answer.length / Math.max(pair.question.length, 1);
  if (length < leastLength || length > mostLength) return undefined;
  const answer = wordsOf(pair.answer);
  if (answer.length < fewestWords) {
    const same = answer.length > 0 && answer.join(" ") === wordsOf(pair.question).join(" ");
    return same ? { found: null } : undefined;
  }
  const pieces = new Set(threes(wordsOf(pair.question)));
  const own = threes(answer);
  const copied = own.filter((piece) => pieces.has(piece)).length;
  return copied >= own.length * mostly ? { found: null } : undefined;
}

const wordsOf = (text: string): string[] => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];

function threes(words: readonly string[]): string[] {
  return words.slice(2).map((word, index) => `${words[index]} ${words[index + 1]} ${word}`);
}
