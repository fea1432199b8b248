import type { eld as Eld } from "eld/extrasmall";

/** A text in fewer letters may be a name. */
const fewestLetters = 40;
/** A detector looks at so many characters: more make it slower and no surer. */
const looked = 240;
/** So many texts are learned from before the quick way is tried. */
const sample = 2000;
const commonWords = 150;

/** The language of each text by ISO 639-1, or "" where that is not sure. */
export interface Languages {
  of: (text: string) => string;
}

/**
 * Detects languages with ELD. Since that takes a fraction of a millisecond per text, it learns from
 * the first ones which words are the commonest in the languages at hand; texts full of the common
 * words of one language need no detector.
 */
export async function openLanguages(): Promise<Languages> {
  // Loaded on demand: its table of letter groups takes a second to read.
  const { eld } = await import("eld/extrasmall");
  const counts = new Map<string, Map<string, number>>();
  let seen = 0;
  let common: Map<string, string> | undefined;
  return {
    of: (text) => {
      const start = text.slice(0, looked);
      const words = wordsOf(start);
      if (letters(words) < fewestLetters && !isDense(start)) return "";
      const known = common && byCommonWords(words, common);
      if (known !== undefined) return known;
      const language = detect(eld, start);
      if (!common && language !== "") learn(counts, language, words);
      if (!common && ++seen === sample) common = commonest(counts);
      return language;
    },
  };
}

function detect(eld: typeof Eld, text: string): string {
  const result = eld.detect(text);
  return result.isReliable() ? result.language : "";
}

function byCommonWords(
  words: readonly string[],
  common: ReadonlyMap<string, string>,
): string | undefined {
  if (words.length < 6) return undefined;
  const hits = new Map<string, number>();
  for (const word of words) {
    const language = common.get(word);
    if (language !== undefined) hits.set(language, (hits.get(language) ?? 0) + 1);
  }
  const [best, second] = [...hits].sort((a, b) => b[1] - a[1]);
  if (!best || best[1] < words.length * 0.3 || (second && second[1] * 3 > best[1]))
    return undefined;
  return best[0];
}

function learn(
  counts: Map<string, Map<string, number>>,
  language: string,
  words: readonly string[],
): void {
  const own = counts.get(language) ?? new Map<string, number>();
  counts.set(language, own);
  for (const word of words) own.set(word, (own.get(word) ?? 0) + 1);
}

/** The commonest words of each language that are no common words of another. */
function commonest(counts: ReadonlyMap<string, ReadonlyMap<string, number>>): Map<string, string> {
  const owners = new Map<string, string | null>();
  for (const [language, words] of counts) {
    const top = [...words].filter(([, count]) => count > 4).sort((a, b) => b[1] - a[1]);
    for (const [word] of top.slice(0, commonWords)) {
      owners.set(word, owners.has(word) ? null : language);
    }
  }
  return new Map([...owners].filter((entry): entry is [string, string] => entry[1] !== null));
}

const wordsOf = (text: string): string[] => text.toLowerCase().match(/\p{L}+/gu) ?? [];
const letters = (words: readonly string[]): number =>
  words.reduce((sum, word) => sum + word.length, 0);
/** Scripts that say in ten signs what takes forty letters. */
const isDense = (text: string): boolean =>
  (text.match(/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/gu)
    ?.length ?? 0) >= 10;

/** A question that asks for another language than its own. */
export const asksForLanguage = (question: string): boolean =>
  /translat|übersetz|traduc|tradui|перевед|翻译|翻訳|\b(?:in|into|to|auf|ins|aus dem|en|au) (?:the )?(?:english|german|french|spanish|italian|russian|chinese|japanese|polish|dutch|turkish|arabic|portuguese|englisch|deutsch|französisch|spanisch|italienisch|russisch|polnisch|türkisch|anglais|allemand|français|inglés|alemán|español)/i.test(
    question,
  );
