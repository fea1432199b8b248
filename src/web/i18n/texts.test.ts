import { expect, test } from "vitest";
import { de } from "./de/index.ts";
import { en } from "./en/index.ts";

type Texts = { readonly [key: string]: string | Texts };

/** Every text by its path, as “run.title”. */
function flatten(texts: Texts, path = ""): [string, string][] {
  return Object.entries(texts).flatMap(([key, value]): [string, string][] =>
    typeof value === "string" ? [[path + key, value]] : flatten(value, `${path}${key}.`),
  );
}
const placeholders = (text: string) =>
  [...text.matchAll(/\{\{\s*(\w+)/g)].map(([, name = ""]) => name);
const english = flatten(en);
const german = new Map(flatten(de));

test("German has every text and no other", () => {
  expect([...german.keys()].sort()).toEqual(english.map(([key]) => key).sort());
});

test("both languages name the same placeholders", () => {
  for (const [key, text] of english)
    expect([key, placeholders(german.get(key) ?? "").sort()]).toEqual([
      key,
      placeholders(text).sort(),
    ]);
});

test.each(["en", "de"] as const)("counted texts of %s have every plural form", (language) => {
  const texts = new Map(language === "en" ? english : german);
  const forms = new Intl.PluralRules(language).resolvedOptions().pluralCategories;
  const counted = [...texts.keys()].filter((key) => /_(zero|one|two|few|many|other)$/.test(key));
  for (const key of counted) {
    const stem = key.slice(0, key.lastIndexOf("_"));
    for (const form of forms) expect([...texts.keys()]).toContain(`${stem}_${form}`);
    expect(texts.has(stem)).toBe(false);
  }
  expect(counted.length).toBeGreaterThan(0);
});

test("no text is empty or left in the other language's quotes", () => {
  for (const [key, text] of [...english, ...german])
    expect([key, text.trim()]).toEqual([key, text]);
  for (const [key, text] of german) expect([key, /[“][^”„]*[”]/.test(text)]).toEqual([key, false]);
});
