import { answersOf } from "../seen-row.ts";
import type { Hit, SeenRow } from "../seen-row.ts";

/** Longer texts are answers, whatever words stand in them. */
const longest = 400;
const words = new Set([
  "todo", "tbd", "tba", "tbc", "fixme", "n/a", "n.a", "na", "nan", "nil", "none", "null", "undefined",
  "placeholder", "platzhalter", "your answer", "your answer here", "answer here", "insert answer here",
  "insert answer", "insert text", "add answer", "add text here", "deine antwort", "antwort hier",
  "antwort einfügen", "antwort hier einfügen", "text einfügen", "antwort folgt", "folgt", "folgt noch",
  "coming soon", "to do", "to be done", "to be defined", "to be added", "to be announced", "k.a",
  "keine angabe", "keine antwort", "no answer", "no response", "empty", "leer", "missing", "fehlt",
  "response", "answer", "antwort", "output", "ausgabe", "text here", "bitte ausfüllen", "noch offen",
]); // oxfmt-ignore
const opening = /^(todo|tbd|fixme|lorem ipsum)\b/;
const slot =
  /^(\{\{?[^{}]*\}?\}|\[[^[\]]{1,60}\]|<[^<>]{1,60}>|\([^()]{1,60}\)|\$\{[^{}]*\}|%\w+%)$/;
const slotWord =
  /answer|response|output|text|insert|todo|tbd|here|placeholder|antwort|ausgabe|einfügen|platzhalter|hier|leer|empty/;

/** An answer that is empty, or that stands for one nobody has written yet. */
export function findPlaceholder(row: SeenRow): Hit | undefined {
  if (row.reason?.code === "row_no_answer") return { found: null };
  const found = answersOf(row).find((answer) => isPlaceholder(answer));
  return found === undefined || isToolCall(row) ? undefined : { found };
}

function isPlaceholder(answer: string): boolean {
  if (answer.length > longest) return false;
  const text = answer.trim().toLowerCase();
  // Zero is “Null” in German, but no number is written in small letters alone.
  if (answer.trim() === "Null") return false;
  if (text === "" || /^[\s.\-–—_*?…/\\|~=#]+$/.test(text)) return true;
  if (/^(x{2,}|(?:bla[ ,]*){2,}|asdf\w*|qwertz?\w*|foo(?: ?bar)?)$/.test(text)) return true;
  if (opening.test(text)) return true;
  const bare = text.replaceAll(/^[\s"'([{<*_]+|[\s"')\]}>*_.!:…]+$/g, "");
  return words.has(bare) || (slot.test(text) && (text.startsWith("{{") || slotWord.test(text)));
}

/** An answer that only calls a tool says nothing, and rightly so. */
function isToolCall({ messages }: SeenRow): boolean {
  return messages.some(
    ({ role, tool_calls: calls }) => role === "assistant" && calls !== undefined,
  );
}
