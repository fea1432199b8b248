import { findingSentencesDe, fixLabelsDe } from "./findings.de.ts";
import { findingSentencesEn, fixLabelsEn } from "./findings.en.ts";
import { fillSentence, type ErrorParams, type Language } from "./sentence.ts";

/* Without schemas, so that the page can tell findings in words and takes no Zod with it. */

/** The closed set of what the doctor can find. */
export type FindingCode = keyof typeof findingSentencesEn;
export const findingCodes = Object.keys(findingSentencesEn) as FindingCode[];

/** What can be done about rows by one press. */
export type FixCode = keyof typeof fixLabelsEn;
export const fixCodes = Object.keys(fixLabelsEn) as FixCode[];

const sentences = { en: findingSentencesEn, de: findingSentencesDe };
const labels = { en: fixLabelsEn, de: fixLabelsDe };
/** Parameters that hold codes of languages by ISO 639-1, several of them after commas. */
const languageParams = ["language", "languages", "cheapest"];

/** A person's sentence for a finding. Languages stand in its parameters as codes such as “fr”. */
export function findingSentence(
  code: FindingCode,
  params: ErrorParams,
  language: Language = "en",
): string {
  const named: ErrorParams = { ...params };
  for (const key of languageParams) {
    const codes = named[key];
    if (typeof codes === "string") named[key] = languageNames(codes, language);
  }
  return fillSentence(sentences[language][code], named, language);
}

export const fixLabel = (code: FixCode, language: Language = "en"): string =>
  labels[language][code];

/** Such as “French, Russian” for “fr, ru”. */
function languageNames(codes: string, language: Language): string {
  const names = new Intl.DisplayNames(language, { type: "language" });
  return codes.replaceAll(/\b[a-z]{2,3}\b/g, (code) => names.of(code) ?? code);
}
