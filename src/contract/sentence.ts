import { wordInGerman } from "./words.de.ts";

/** What stands in a sentence's placeholders. */
export type ErrorParams = Record<string, string | number | boolean | null>;
export type Language = "en" | "de";

/** `{name}`, or `{name|row is|rows are}`: the number, and what is said of one or of many. */
const placeholder = /\{(\w+)(?:\|([^|{}]+)\|([^|{}]+))?\}/g;

/**
 * A template with its placeholders filled. A missing parameter stays visible as `{name}`, so that a
 * fault in the caller shows instead of reading as an empty word.
 */
export function fillSentence(template: string, params: ErrorParams, language: Language): string {
  return template.replace(
    placeholder,
    (mark, name: string, one: string | undefined, many: string | undefined) => {
      const value = params[name];
      if (value === undefined) return one === undefined ? mark : `{${name}}`;
      const shown = language === "de" ? wordInGerman(name, value) : String(value);
      return one === undefined ? shown : `${shown} ${String(value) === "1" ? one : many}`;
    },
  );
}
