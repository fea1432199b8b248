import { expect, test } from "vitest";
import { decision, decisionSentence, isDecisionCode } from "./decisions.ts";
import { decisionSentencesDe } from "./decisions.de.ts";
import { decisionSentencesEn } from "./decisions.en.ts";
import { errorSentencesDe } from "./errors.de.ts";
import { errorSentencesEn } from "./errors.en.ts";
import { formatEvidenceDe } from "./format-evidence.de.ts";
import { formatEvidenceEn } from "./format-evidence.en.ts";
import { findingSentencesDe, fixLabelsDe } from "./findings.de.ts";
import { findingSentencesEn, fixLabelsEn } from "./findings.en.ts";
import { findingSentence } from "./findings.ts";
import { errorSentence, toErrorBody } from "./errors.ts";
import { allParameters, findParameter } from "./parameters/registry.ts";
import { toolProofDe } from "./tool-proof.de.ts";
import { toolProofEn } from "./tool-proof.en.ts";
import { checkValue, limitWords, validateSection } from "./parameters/validate.ts";
import type { ErrorCode, ErrorParams } from "./errors.ts";

const pairs = [
  ...pairsOf(errorSentencesEn, errorSentencesDe),
  ...pairsOf(decisionSentencesEn, decisionSentencesDe),
  ...pairsOf(formatEvidenceEn, formatEvidenceDe),
  ...pairsOf(toolProofEn, toolProofDe),
  ...pairsOf(findingSentencesEn, findingSentencesDe),
  ...pairsOf(fixLabelsEn, fixLabelsDe),
];

function pairsOf(english: Record<string, string>, german: Record<string, string>) {
  return Object.entries(english).map(([code, text]) => [code, text, german[code] ?? ""] as const);
}

test.each(pairs)("%s has a German sentence of its own", (code, english, german) => {
  const marks = (text: string) =>
    [...text.matchAll(/\{(\w+)/g)].map(([, name = ""]) => name).sort();
  expect(marks(german)).toEqual(marks(english));
  // What is said of one and of many in English is so in German, too.
  const counted = (text: string) =>
    [...text.matchAll(/\{(\w+)\|/g)].map(([, name = ""]) => name).sort();
  expect(counted(german)).toEqual(counted(english));
  // Only a place and the fault itself are left of this one, in both languages.
  if (code !== "row_role_order") expect(german).not.toBe(english);
  expect(german.replaceAll(/„[^„“]*“/g, "")).not.toMatch(/[“”„"]/);
  expect(german).not.toMatch(/\b(Sie|Ihre?n?|du|deine?n?|the|is)\b/);
});

/** What `act` throws, in German. */
function refusal(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    const { code, params } = toErrorBody(error);
    return errorSentence(code, params, "de");
  }
  throw new Error("nothing was refused");
}

test.each([
  [
    { r: 1 },
    "lora_config.r muss mindestens 4 und höchstens 256 sein, ist aber 1.",
    "lora_config.r must be at least 4 and at most 256, but is 1.",
  ],
  [
    { lora_dropout: 0.75 },
    "lora_config.lora_dropout muss mindestens 0 und höchstens 0,5 sein, ist aber 0,75.",
    "lora_config.lora_dropout must be at least 0 and at most 0.5, but is 0.75.",
  ],
  [
    { r: "many" },
    'lora_config.r muss eine ganze Zahl sein, ist aber "many".',
    'lora_config.r must be a whole number, but is "many".',
  ],
  [
    { target_modules: [""] },
    'lora_config.target_modules muss eine Liste nicht leerer Texte sein, ist aber [""].',
    'lora_config.target_modules must be a list of texts that are not empty, but is [""].',
  ],
  [
    { bias: "some" },
    'lora_config.bias muss einer der Werte none, lora_only, all sein, ist aber "some".',
    'lora_config.bias must be one of none, lora_only, all, but is "some".',
  ],
])("a refused setting %j is said wholly in each language", (values, inGerman, inEnglish) => {
  const check = () => validateSection("lora_config", values);
  expect(refusal(check)).toBe(inGerman);
  expect(check).toThrow(inEnglish);
});

test("every limit and every type of a parameter has German words", () => {
  for (const parameter of allParameters) {
    const limit = limitWords(parameter);
    const sentence = errorSentence("parameter_range", { field: "x", limit, value: 1 }, "de");
    expect(sentence).not.toMatch(/\b(at|least|most|above|and|of|long)\b/);
    expect(refusal(() => checkValue(parameter, { x: 1 }))).toMatch(
      / muss (eine? (ganze Zahl|Zahl|Text|Liste von Texten)|true oder false) sein, /,
    );
  }
  const rate = findParameter("training_config", "learning_rate")!;
  expect(refusal(() => checkValue(rate, 0))).toContain("muss größer als 0 und höchstens 1 sein");
  const system = findParameter("modelfile_config", "system")!;
  expect(refusal(() => checkValue(system, "x".repeat(2001)))).toContain(
    "muss höchstens 2000 Zeichen lang sein",
  );
});

test.each<[ErrorCode, ErrorParams, string]>([
  ["not_found", { what: "project", name: "sky" }, "Nicht gefunden: Projekt „sky“."],
  [
    "not_found",
    { what: "project", name: "sky (did you mean sea?)" },
    "Nicht gefunden: Projekt „sky (war sea gemeint?)“.",
  ],
  [
    "row_field_type",
    { line: 3, file: "a.jsonl", field: "output", expected: "text", found: "a number" },
    "Zeile 3 von a.jsonl: output muss ein Text sein, ist aber eine Zahl.",
  ],
  [
    "run_not_active",
    { id: "7", status: "finished" },
    "Lauf 7 ist nicht im Gange; sein Stand: fertig.",
  ],
  [
    "name_invalid",
    { name: "con", reason: "some systems reserve it" },
    "„con“ eignet sich nicht als Name: manche Systeme haben ihn für sich reserviert. Erlaubt sind Buchstaben, Ziffern, Leerzeichen, Punkte und Striche.",
  ],
])("the words within %s are German, too", (code, params, sentence) => {
  expect(errorSentence(code, params, "de")).toBe(sentence);
});

test("what a user named is never translated", () => {
  const params = { what: "project", name: "text" };
  expect(errorSentence("not_found", params, "de")).toContain("„text“");
  expect(errorSentence("data_missing", { name: "running" }, "de")).toContain("„running“");
});

test("a decision has its sentence in both languages", () => {
  const { code, params, message } = decision("max_length_covers", { length: 512, share: 99.2 });
  expect(message).toBe("max_length is 512: it holds 99.2 % of the rows.");
  expect(isDecisionCode(code) && decisionSentence(code, params, "de")).toBe(
    "max_length ist 512: Das fasst 99,2 % der Zeilen.",
  );
  expect(isDecisionCode("row_json")).toBe(false);
});

test.each([
  ["bf16 autocast: this CPU has AMX", "bf16-Autocast: dieser Prozessor hat AMX"],
  [
    "fp32: no CUDA device; no bf16: this CPU has neither AMX nor AVX512-BF16",
    "fp32: kein CUDA-Gerät; kein bf16: dieser Prozessor hat weder AMX noch AVX512-BF16",
  ],
  [
    "fp16 autocast: CUDA device with compute capability 7.5; no bf16 before 8.0",
    "fp16-Autocast: CUDA-Gerät der Compute Capability 7.5; kein bf16 vor 8.0",
  ],
  ["fp32: fp16 and bf16 are switched off", "fp32: fp16 und bf16 sind ausgeschaltet"],
])("the reason “%s” of a number format is said in German", (reason, words) => {
  expect(decisionSentence("precision_automatic", { reason }, "de")).toBe(
    `Zahlenformat, von selbst gewählt: ${words}.`,
  );
});

test("a missing parameter stays visible in both languages", () => {
  expect(errorSentence("project_training", { name: "a" })).toContain("{run}");
  expect(errorSentence("project_training", { name: "a" }, "de")).toContain("{run}");
});

test("a finding names languages, kinds and places in the reader's language", () => {
  const params = { rows: 3, languages: "fr, ru" };
  expect(findingSentence("other_language", params)).toContain("French, Russian");
  expect(findingSentence("other_language", params, "de")).toContain("Französisch, Russisch");
  const kinds = { rows: 2, kinds: "e-mail addresses, phone numbers, IBANs" };
  expect(findingSentence("personal_data", kinds, "de")).toContain(
    "E-Mail-Adressen, Telefonnummern, IBANs",
  );
});

test("one is said as one", () => {
  expect(findingSentence("refusal", { rows: 1 })).toMatch(/^1 answer refuses /);
  expect(findingSentence("refusal", { rows: 2 })).toMatch(/^2 answers refuse /);
  expect(decisionSentence("rows_left_out", { leftOut: 1, rows: 1 })).toBe("1 of 1 row left out.");
});

/** Nouns that stand behind a number; numbers that are never 1 are named. */
const counted =
  /\{(rows|count|questions|leftOut|pages|steps|epochs)\} (?:\w+ )?(rows|answers|questions|conversations|times|pages|steps|epochs)\b/;

test.each([...Object.entries(findingSentencesEn), ...Object.entries(errorSentencesEn)])(
  "%s says its number as one or as many",
  (_code, text) => expect(text).not.toMatch(counted),
);
