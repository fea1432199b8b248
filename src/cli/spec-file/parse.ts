import {
  isMap,
  isPair,
  isScalar,
  LineCounter,
  parseDocument,
  type Document,
  type Pair,
} from "yaml";
import { AppError } from "#contract/errors.ts";
import { nearest } from "#contract/parameters/nearest.ts";
import { findPreset, presets } from "#contract/parameters/presets.ts";
import { findParameter } from "#contract/parameters/registry.ts";
import { checkRules } from "#contract/parameters/rules.ts";
import { sections, type Section } from "#contract/parameters/types.ts";
import { validateSection } from "#contract/parameters/validate.ts";
import { elsewhere, fullName, type Settings } from "#cli/settings/parse-setting.ts";
import { checkAt, placed, type Places } from "./place.ts";

/** A spec file as written: paths still relative to it. */
export interface SpecText {
  name: string;
  model?: string;
  data?: string[];
  check?: string[];
  preset?: string;
  target_name?: string;
  description?: string;
  /** Only the sections that stand in the file. */
  settings: Settings;
}

const plainKeys = [
  "name",
  "description",
  "model",
  "data",
  "check",
  "preset",
  "target_name",
] as const;
const topKeys: readonly string[] = [...plainKeys, ...sections];

/**
 * Reads a spec in YAML or JSON. `file` is the name that errors show.
 * Errors, each with its line: spec_file_invalid, spec_key_unknown, parameter_*, preset_unknown,
 * project_name_required, precision_conflict, lora_tied_target.
 */
export function parseSpec(text: string, file: string): SpecText {
  const lines = new LineCounter();
  const places = { file, lines };
  if (/\.json$/i.test(file)) requireJson(text, file);
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const [problem] = document.errors;
  if (problem) throw invalid(places, { range: problem.pos }, problem.message);
  const root = document.contents;
  if (!isMap(root)) throw invalid(places, root, "it must hold keys such as name, model and data");

  const spec: SpecText = { name: "", settings: {} };
  for (const pair of root.items) readPair(pair, document, places, spec);
  if (spec.name === "") throw placed(places, root, "project_name_required");
  checkAt(places, root, () => checkRules(spec.settings));
  return spec;
}

/** JSON's own grammar is stricter than YAML's; what is named .json must be JSON. */
function requireJson(text: string, file: string): void {
  try {
    JSON.parse(text);
  } catch (error) {
    throw new AppError("spec_file_invalid", { file, detail: (error as Error).message });
  }
}

const invalid = (places: Places, node: unknown, detail: string): AppError =>
  placed(places, node, "spec_file_invalid", { file: places.file, detail });

function readPair(pair: Pair, document: Document, places: Places, spec: SpecText): void {
  const key = isScalar(pair.key) ? String(pair.key.value) : "";
  const value = toValue(pair, document);
  if (isOneOf(key, sections)) {
    spec.settings[key] = readSection(key, pair, document, places);
  } else if (!isOneOf(key, plainKeys)) {
    throw unknownKey(places, pair, key);
  } else if (value === null) {
    return; // A key without a value counts as absent.
  } else if (key === "data" || key === "check") {
    spec[key] = readList(key, value, pair, places);
  } else {
    if (typeof value !== "string" || value.trim() === "") {
      throw invalid(places, pair.value ?? pair.key, `${key} must be text`);
    }
    if (key === "preset" && !findPreset(value)) {
      const available = presets.map(({ name }) => name).join(", ");
      throw placed(places, pair.value, "preset_unknown", { name: value, available });
    }
    spec[key] = value;
  }
}

function unknownKey(places: Places, pair: Pair, key: string): AppError {
  const parameter = elsewhere("", key);
  const match = parameter ? fullName(parameter) : nearest(key, topKeys);
  return match
    ? placed(places, pair.key, "spec_key_unknown", { file: places.file, key, nearest: match })
    : invalid(places, pair.key, `“${key}” is no known key; there are ${topKeys.join(", ")}`);
}

function readList(key: string, value: unknown, pair: Pair, places: Places): string[] {
  const items: unknown[] = Array.isArray(value) ? value : [value];
  if (items.length === 0 || !items.every((item) => typeof item === "string" && item !== "")) {
    throw invalid(places, pair.value, `${key} must be a file or a list of files`);
  }
  return items as string[];
}

/** One section; each parameter is checked alone, so that its error has its own line. */
function readSection(
  section: Section,
  pair: Pair,
  document: Document,
  places: Places,
): Settings[Section] & {} {
  if (pair.value === null || (isScalar(pair.value) && pair.value.value === null)) return {};
  const map = pair.value;
  if (!isMap(map)) {
    return checkAt(places, map, () => validateSection(section, toValue(pair, document)));
  }
  const entries = map.items.filter(isPair).map((item) => {
    const key = isScalar(item.key) ? String(item.key.value) : "";
    const value = toValue(item, document);
    const other = findParameter(section, key) ? undefined : elsewhere(section, key);
    if (other) {
      const field = `${section}.${key}`;
      throw placed(places, item.key, "parameter_unknown", { field, nearest: fullName(other) });
    }
    checkAt(places, findParameter(section, key) ? (item.value ?? item.key) : item.key, () =>
      validateSection(section, { [key]: value }),
    );
    return [key, value] as const;
  });
  return Object.fromEntries(entries) as Settings[Section] & {};
}

/** A pair's value as plain data, aliases resolved. */
function toValue(pair: Pair, document: Document): unknown {
  const node = pair.value as { toJS?: (document: Document) => unknown } | null;
  return node?.toJS?.(document) ?? null;
}

const isOneOf = <T extends string>(key: string, keys: readonly T[]): key is T =>
  keys.some((known) => known === key);
