import { wordInGerman } from "./words.de.ts";

/** What stands in a sentence's placeholders. */
export type ErrorParams = Record<string, string | number | boolean | null>;
export type Language = "en" | "de";

/**
 * A template with its `{name}` placeholders filled. A missing parameter stays visible as `{name}`,
 * so that a fault in the caller shows instead of reading as an empty word.
 */
export function fillSentence(template: string, params: ErrorParams, language: Language): string {
  return template.replace(/\{(\w+)\}/g, (mark, name: string) => {
    const value = params[name];
    if (value === undefined) return mark;
    return language === "de" ? wordInGerman(name, value) : String(value);
  });
}
