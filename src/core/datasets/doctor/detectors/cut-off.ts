import { answersOf } from "../seen-row.ts";
import type { Hit, SeenRow } from "../seen-row.ts";

/** A short answer may be a word; a long one is made of sentences. */
const sentences = 120;

/** An answer that breaks off: it has sentences, and its last one has no end. */
export function findCutOff(row: SeenRow): Hit | undefined {
  const answer = answersOf(row).at(-1)?.trimEnd() ?? "";
  if (answer.length < sentences || !/[.!?]\s/.test(answer)) return undefined;
  const end = /[\p{Ll},–-]$/u.test(answer) ? answer.slice(-40) : undefined;
  // The last line of a list, a poem or a program has no full stop either.
  if (end === undefined || answer.slice(-200).includes("\n")) return undefined;
  return { found: end };
}
