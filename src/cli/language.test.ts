import { expect, it } from "vitest";
import { languageFrom } from "./language.ts";

it.each([
  [{ LANG: "de_DE.UTF-8" }, "de"],
  [{ LANG: "de" }, "de"],
  [{ LANG: "en_US.UTF-8", LC_ALL: "de_AT.UTF-8" }, "de"],
  [{ LANG: "de_DE.UTF-8", LC_MESSAGES: "C" }, "en"],
  [{ LANG: "den_CA" }, "en"],
  [{}, "en"],
])("takes %j as %s", (environment, language) => {
  expect(languageFrom(environment)).toBe(language);
});
