import { decisionSentencesDe } from "./decisions.de.ts";
import { decisionSentencesEn } from "./decisions.en.ts";
import type { ErrorBody } from "./errors.ts";
import { fillSentence, type ErrorParams, type Language } from "./sentence.ts";

/** What planning can decide. The trainer has codes of its own, which come with their sentence. */
export type DecisionCode = keyof typeof decisionSentencesEn;

const sentences: Record<Language, Record<DecisionCode, string>> = {
  en: decisionSentencesEn,
  de: decisionSentencesDe,
};

export function isDecisionCode(code: string): code is DecisionCode {
  return Object.hasOwn(decisionSentencesEn, code);
}

/** A person's sentence for a decision. */
export function decisionSentence(
  code: DecisionCode,
  params: ErrorParams,
  language: Language = "en",
): string {
  return fillSentence(sentences[language][code], params, language);
}

/** One decision, in the form that errors have, too. */
export function decision(code: DecisionCode, params: ErrorParams = {}): ErrorBody {
  return { code, params, message: decisionSentence(code, params) };
}
