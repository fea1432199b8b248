import type { Language } from "#contract/errors.ts";

/** The language of error sentences, as the system's locale variables order it (POSIX precedence). */
export function languageFrom(environment: NodeJS.ProcessEnv): Language {
  const locale = environment["LC_ALL"] || environment["LC_MESSAGES"] || environment["LANG"] || "";
  return /^de\b|^de_/i.test(locale) ? "de" : "en";
}
