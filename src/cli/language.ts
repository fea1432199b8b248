import type { Language } from "#contract/errors.ts";

let chosen: Language | undefined;

/** The language of the workspace's settings; undefined leaves it to the system. */
export function chooseLanguage(language: Language | undefined): void {
  chosen = language;
}

/** The language of error sentences: the settings', else the system's (POSIX's order of variables). */
export function languageFrom(environment: NodeJS.ProcessEnv): Language {
  if (chosen) return chosen;
  const locale = environment["LC_ALL"] || environment["LC_MESSAGES"] || environment["LANG"] || "";
  return /^de\b|^de_/i.test(locale) ? "de" : "en";
}
