import type { SpillFile } from "../spill-file.ts";
import { flagged, spilledColumn } from "./columns.ts";
import { foundOverall } from "./found.ts";
import type { Found } from "./found.ts";
import { shownRows } from "./hit-list.ts";
import { asksForLanguage } from "./languages.ts";
import type { Languages } from "./languages.ts";
import { lastPair } from "./seen-row.ts";
import type { SeenRow } from "./seen-row.ts";

/** A language of so many of the answers belongs to the data. */
const atHome = 0.05;
const fewestAtHome = 3;
/** Where so many answers leave the language of their question, that is what the data is for. */
const translating = 0.1;
/** Fewer rows show no custom that one of them could break. */
const fewestRows = 20;

/** Answers in a language that the other rows do not speak, or not the question's. */
export function startLanguageFindings(
  languages: Languages,
  spill: () => SpillFile,
): {
  add: (row: SeenRow) => void;
  finish: () => Found[];
} {
  const codes = [""];
  const answers = spilledColumn((length) => new Uint8Array(length), spill);
  const questions = spilledColumn((length) => new Uint8Array(length), spill);
  const asked = spilledColumn((length) => new Uint8Array(length), spill);
  const codeOf = (language: string): number => {
    const known = codes.indexOf(language);
    return known >= 0 ? known : codes.push(language) - 1;
  };
  return {
    add: (row) => {
      const pair = lastPair(row);
      answers.push(pair ? codeOf(languages.of(pair.answer)) : 0);
      questions.push(pair ? codeOf(languages.of(pair.question)) : 0);
      asked.push(Number(pair !== undefined && asksForLanguage(pair.question)));
    },
    finish: () =>
      judge(codes, answers.load(), { questions: questions.load(), asked: asked.load() }),
  };
}

function judge(
  codes: readonly string[],
  answers: Uint8Array,
  { questions, asked }: { questions: Uint8Array; asked: Uint8Array },
): Found[] {
  const counts = new Map<number, number>();
  let known = 0;
  let pairs = 0;
  let leaving = 0;
  answers.forEach((answer, row) => {
    if (answer === 0) return;
    known += 1;
    counts.set(answer, (counts.get(answer) ?? 0) + 1);
    if (questions[row] === 0 || asked[row] === 1) return;
    pairs += 1;
    if (questions[row] !== answer) leaving += 1;
  });
  if (known < fewestRows) return [];
  const least = Math.max(fewestAtHome, known * atHome);
  const home = [...counts].filter(([, count]) => count >= least).sort((a, b) => b[1] - a[1]);
  const isHome = new Set(home.map(([code]) => code));
  const mayLeave = leaving > pairs * translating;
  const flags = answers.map((answer, row) => {
    if (answer === 0 || asked[row] === 1) return 0;
    const stranger = !isHome.has(answer);
    const leaves = !mayLeave && questions[row] !== 0 && questions[row] !== answer;
    return Number(stranger || leaves);
  });
  const rows = flagged(flags);
  const found: Found[] = [];
  const name = (code: number): string => codes[code] ?? "";
  if (rows.length > 0) {
    const codesFound = new Set<number>();
    for (const row of rows) codesFound.add(answers[row] ?? 0);
    const languages = [...codesFound].map(name);
    found.push({
      code: "other_language",
      severity: "warning",
      params: { rows: rows.length, languages: languages.slice(0, 8).join(", ") },
      fixes: ["leave_out"],
      rows,
      shown: Array.from(rows.subarray(0, shownRows), (row) => ({
        row,
        group: null,
        found: name(answers[row] ?? 0),
      })),
    });
  }
  if (home.length > 1) {
    const languages = home.map(
      ([code, count]) => `${name(code)} (${Math.round((count / known) * 100)} %)`,
    );
    found.push(foundOverall("mixed_languages", "note", { languages: languages.join(", ") }));
  }
  return found;
}
