import { errorSentencesDe } from "./errors.de.ts";
import { errorSentencesEn } from "./errors.en.ts";
import { fillSentence, type ErrorParams, type Language } from "./sentence.ts";

/*
 * Apart from the schemas of errors.ts: the page tells errors in words, and Zod would come into it
 * with a probe that its content security policy refuses.
 */

/** The closed set of error codes. Each names one sentence per language. */
export type ErrorCode = keyof typeof errorSentencesEn;
export const errorCodes = Object.keys(errorSentencesEn) as ErrorCode[];

const sentences: Record<Language, Record<ErrorCode, string>> = {
  en: errorSentencesEn,
  de: errorSentencesDe,
};

/** A person's sentence for a code; an unknown code stands for itself. */
export function errorSentence(
  code: string,
  params: ErrorParams,
  language: Language = "en",
): string {
  const template = isErrorCode(code) ? sentences[language][code] : code;
  return fillSentence(inItsUnit(template, params), params, language);
}

export function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(errorSentencesEn, code);
}

/** Rows of a workbook, a JSON list or a Parquet file stand in no line. German has one word for both. */
const inItsUnit = (template: string, { unit }: ErrorParams): string =>
  unit === "row" ? template.replace("Line {line}", "Row {line}") : template;
