import { accepts } from "hono/accepts";
import type { Context } from "hono";
import { bodySentence } from "#contract/body-sentence.ts";
import type { ErrorBody, Language } from "#contract/errors.ts";

const languages: readonly string[] = ["en", "de"] satisfies Language[];

/** The language that the request asks for; `de-AT` counts as `de`, and what is unknown as English. */
export function languageOf(c: Context): Language {
  return accepts(c, {
    header: "Accept-Language",
    supports: [...languages],
    default: "en",
    match: (wanted, { default: fallback }) =>
      wanted
        .filter(({ q }) => q > 0)
        .sort((a, b) => b.q - a.q)
        .map(({ type }) => type.split("-")[0]?.toLowerCase() ?? "")
        .find((language) => languages.includes(language)) ?? fallback,
  }) as Language;
}

/** An error or a decision with its sentence in the language of the request. */
export function inLanguage(body: ErrorBody, language: Language): ErrorBody {
  return language === "en" ? body : { ...body, message: bodySentence(body, language) };
}
