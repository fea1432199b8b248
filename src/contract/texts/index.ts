import type { Language } from "../errors.ts";
import type { Parameter } from "../parameters/types.ts";
import {
  groupTextsDe,
  parameterTextsDe,
  presetTextsDe,
  sectionTextsDe,
  unitTextsDe,
} from "./parameters.de.ts";
import {
  groupTextsEn,
  parameterTextsEn,
  presetTextsEn,
  sectionTextsEn,
  unitTextsEn,
} from "./parameters.en.ts";

/** What a person reads of a parameter. `options` has a label per value, as text. */
export interface ParameterText {
  label: string;
  term: string;
  help: string;
  advice: string;
  placeholder?: string;
  options?: Record<string, string>;
}

const texts = {
  en: {
    parameters: parameterTextsEn,
    sections: sectionTextsEn,
    groups: groupTextsEn,
    units: unitTextsEn,
    presets: presetTextsEn,
  },
  de: {
    parameters: parameterTextsDe,
    sections: sectionTextsDe,
    groups: groupTextsDe,
    units: unitTextsDe,
    presets: presetTextsDe,
  },
};

/** A parameter's label, help and options in a language; every one has them. */
export function parameterText(parameter: Parameter, language: Language): ParameterText {
  const section: Record<string, ParameterText> = texts[language].parameters[parameter.section];
  const text = section[parameter.key];
  if (!text) throw new RangeError(`no text for ${parameter.section}.${parameter.key}`);
  return text;
}

export const sectionTexts = (language: Language) => texts[language].sections;
export const presetTexts = (language: Language): Record<string, PresetText> =>
  texts[language].presets;
export const groupText = (group: string, language: Language): string =>
  (texts[language].groups as Record<string, string>)[group] ?? group;
export const unitText = (unit: string, language: Language): string =>
  (texts[language].units as Record<string, string>)[unit] ?? unit;

export interface PresetText {
  title: string;
  summary: string;
  advantages: string;
  price: string;
  forWhom: string;
}
