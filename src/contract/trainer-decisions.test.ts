import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { decisionSentencesEn } from "./decisions.en.ts";

test("what the trainer says in English is what stands here", async () => {
  const source = await readFile(
    new URL("../../trainer/tunesmith_trainer/decisions.py", import.meta.url),
    "utf8",
  );
  // Sentences of several lines are adjacent string literals.
  const joined = source.replace(/"\s*\n\s*"/g, "");
  const sentences: Record<string, string> = decisionSentencesEn;
  const codes = [...joined.matchAll(/^ {4}"(\w+)": "(.*)",$/gm)];
  expect(codes.length).toBeGreaterThan(30);
  for (const [, code = "", sentence] of codes) {
    expect(Object.keys(sentences)).toContain(code);
    if (!sharedWithNode.has(code)) expect(sentences[code]).toBe(sentence);
  }
});

/** Both sides decide these, and Node's wording is the one that people read. */
const sharedWithNode = new Set([
  "compute_dtype_fallback",
  "bias_without_effect",
  "system_added",
  "system_rejected",
  "system_differs",
  "early_stopping_without_check",
  "exports_best",
  "exports_last",
]);
