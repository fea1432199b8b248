import type { ErrorBody } from "./errors.ts";
import type { Proof } from "./ollama-proof.ts";
import { fillSentence, type ErrorParams, type Language } from "./sentence.ts";
import { toolProofDe } from "./tool-proof.de.ts";
import { toolProofEn } from "./tool-proof.en.ts";

/* Types of schemas only: the page takes these sentences, and no Zod with them. */

export type ToolProofCode = keyof typeof toolProofEn;

const sentences: Record<Language, Record<ToolProofCode, string>> = {
  en: toolProofEn,
  de: toolProofDe,
};

export const isToolProofCode = (code: string): code is ToolProofCode =>
  Object.hasOwn(toolProofEn, code);

export const toolProofSentence = (
  code: ToolProofCode,
  params: ErrorParams,
  language: Language = "en",
): string => fillSentence(sentences[language][code], params, language);

/** One sentence with its code, in the form that errors have, too. */
export const toolNote = (code: ToolProofCode, params: ErrorParams = {}): ErrorBody => ({
  code,
  params,
  message: toolProofSentence(code, params),
});

/** What a proof says of the run's rows with tools; null where it has none. */
export function toolSummary({
  toolRows,
  toolProof,
}: Pick<Proof, "toolRows" | "toolProof">): ErrorBody | null {
  if (toolRows === undefined) return null;
  if (!toolProof) return toolNote("tools_not_asked", { rows: toolRows });
  const { equal, total } = toolProof;
  const params = { equal, total, rows: toolRows };
  return equal === total
    ? toolNote("tools_all_equal", params)
    : toolNote("tools_some_differ", { ...params, differing: total - equal });
}
