import { AppError } from "#contract/errors.ts";
import { nearest } from "#contract/parameters/nearest.ts";
import { allParameters, findParameter } from "#contract/parameters/registry.ts";
import {
  sections,
  type Parameter,
  type ParameterValue,
  type Section,
  type SectionValues,
} from "#contract/parameters/types.ts";
import { checkValue, validateSection } from "#contract/parameters/validate.ts";

export type Settings = Partial<Record<Section, SectionValues>>;

/**
 * `--set key=value` arguments as sections. A key is `section.key`, or `key` alone where only one
 * section has it; the value `default` puts the
 * parameter back to its default.
 * Errors: bad_request, parameter_*.
 */
export function parseSettings(assignments: readonly string[]): Settings {
  const settings: Settings = {};
  for (const assignment of assignments) {
    const at = assignment.indexOf("=");
    if (at < 1) {
      throw new AppError("bad_request", {
        detail: `“--set ${assignment}” has no value; write --set key=value`,
      });
    }
    const parameter = resolveParameter(assignment.slice(0, at).trim());
    const value = parseValue(parameter, assignment.slice(at + 1).trim());
    settings[parameter.section] = { ...settings[parameter.section], [parameter.key]: value };
  }
  return settings;
}

/** The parameter of a full or unmistakable short name. Errors: bad_request, parameter_unknown. */
export function resolveParameter(name: string): Parameter {
  const dot = name.indexOf(".");
  if (dot > 0) return parameterOf(name.slice(0, dot), name.slice(dot + 1));
  const matches = allParameters.filter((parameter) => parameter.key === name);
  const [first, second] = matches;
  if (first && !second) return first;
  if (first) {
    const names = matches.map(fullName);
    throw new AppError("bad_request", {
      detail: `“${name}” stands in several sections; write ${names.join(" or ")}`,
    });
  }
  const match = nearest(
    name,
    allParameters.map(({ key }) => key),
  );
  const found = allParameters.find(({ key }) => key === match);
  throw found
    ? new AppError("parameter_unknown", { field: name, nearest: fullName(found) })
    : new AppError("parameter_unknown_no_match", { field: name });
}

export const fullName = ({ section, key }: Parameter): string => `${section}.${key}`;

/** A parameter that stands in another section than the one it was looked for in. */
export function elsewhere(section: string, key: string): Parameter | undefined {
  return allParameters.find((parameter) => parameter.key === key && parameter.section !== section);
}

function parameterOf(section: string, key: string): Parameter {
  if (!isSection(section)) {
    const match = nearest(section, sections) ?? elsewhere("", key)?.section;
    const field = `${section}.${key}`;
    throw match
      ? new AppError("parameter_unknown", { field, nearest: `${match}.${key}` })
      : new AppError("parameter_unknown_no_match", { field });
  }
  const parameter = findParameter(section, key);
  if (parameter) return parameter;
  const other = elsewhere(section, key);
  if (other) {
    throw new AppError("parameter_unknown", {
      field: `${section}.${key}`,
      nearest: fullName(other),
    });
  }
  validateSection(section, { [key]: null });
  throw new Error("an unknown key passed validation");
}

const isSection = (name: string): name is Section => sections.some((section) => section === name);

function parseValue(parameter: Parameter, text: string): ParameterValue | null {
  if (text === "default" || text === "null") return null;
  return checkValue(parameter, readValue(parameter, text));
}

/** Text as the parameter's type; what does not fit stays text, so that the check can name it. */
function readValue(parameter: Parameter, text: string): unknown {
  switch (parameter.type) {
    case "int":
    case "float":
      return text !== "" && Number.isFinite(Number(text)) ? Number(text) : text;
    case "bool":
      return text === "true" ? true : text === "false" ? false : text;
    case "string":
      return text;
    case "strings":
      return readList(text);
  }
}

/** A JSON list, or items parted by commas; nothing is the empty list. */
function readList(text: string): unknown {
  if (text === "") return [];
  if (!text.startsWith("[")) return text.split(",").map((item) => item.trim());
  try {
    return JSON.parse(text);
  } catch {
    return text
      .replaceAll(/^\[|\]$/g, "")
      .split(",")
      .map((item) => item.trim());
  }
}
