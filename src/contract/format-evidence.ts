import type { ErrorBody } from "./errors.ts";
import { formatEvidenceDe } from "./format-evidence.de.ts";
import { formatEvidenceEn } from "./format-evidence.en.ts";
import { fillSentence, type ErrorParams, type Language } from "./sentence.ts";

export type EvidenceCode = keyof typeof formatEvidenceEn;

const sentences: Record<Language, Record<EvidenceCode, string>> = {
  en: formatEvidenceEn,
  de: formatEvidenceDe,
};

export function isEvidenceCode(code: string): code is EvidenceCode {
  return Object.hasOwn(formatEvidenceEn, code);
}

/** A person's sentence for a piece of evidence. */
export function evidenceSentence(
  code: EvidenceCode,
  params: ErrorParams,
  language: Language = "en",
): string {
  return fillSentence(sentences[language][code], params, language);
}

/** One piece of evidence, in the form that errors have, too. */
export function evidence(code: EvidenceCode, params: ErrorParams = {}): ErrorBody {
  return { code, params, message: evidenceSentence(code, params) };
}
