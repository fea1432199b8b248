import { AppError } from "../errors.ts";
import { nearest } from "./nearest.ts";
import { findParameter, registry } from "./registry.ts";
import type { Parameter, ParameterValue, Section, SectionValues } from "./types.ts";

/**
 * Checks one section of an update. Throws AppError `parameter_unknown`, `parameter_type`,
 * `parameter_range` or `parameter_option`, naming field, limit and value. Returns the values unchanged.
 */
export function validateSection(section: Section, values: unknown): SectionValues {
  if (values === null || typeof values !== "object" || Array.isArray(values)) {
    throw new AppError("parameter_type", {
      field: section,
      expected: "an object",
      value: JSON.stringify(values) ?? "nothing",
    });
  }
  for (const [key, value] of Object.entries(values)) {
    const parameter = findParameter(section, key);
    if (!parameter) throw unknownParameter(section, key);
    if (value !== null && value !== undefined) checkValue(parameter, value);
  }
  return values as SectionValues;
}

/** Checks one value that is not null against its parameter. Throws as `validateSection` does. */
export function checkValue(parameter: Parameter, value: unknown): ParameterValue {
  const result = parameter.schema.safeParse(value);
  if (result.success) return result.data;
  const field = `${parameter.section}.${parameter.key}`;
  const shown = JSON.stringify(value) ?? String(value);
  if (!hasType(parameter, value)) {
    throw new AppError("parameter_type", {
      field,
      expected: typeWords[parameter.type],
      value: shown,
    });
  }
  if (parameter.options) {
    throw new AppError("parameter_option", {
      field,
      options: parameter.options.join(", "),
      value: shown,
    });
  }
  throw new AppError("parameter_range", { field, limit: limitWords(parameter), value: shown });
}

function unknownParameter(section: Section, key: string): AppError {
  const field = `${section}.${key}`;
  const match = nearest(
    key,
    registry[section].map((parameter) => parameter.key),
  );
  return match
    ? new AppError("parameter_unknown", { field, nearest: `${section}.${match}` })
    : new AppError("parameter_unknown_no_match", { field });
}

const typeWords: Record<Parameter["type"], string> = {
  int: "a whole number",
  float: "a number",
  bool: "true or false",
  string: "text",
  strings: "a list of texts",
};

function hasType(parameter: Parameter, value: unknown): boolean {
  switch (parameter.type) {
    case "int":
      return Number.isInteger(value);
    case "float":
      return typeof value === "number" && Number.isFinite(value);
    case "bool":
      return typeof value === "boolean";
    case "string":
      return typeof value === "string";
    case "strings":
      return Array.isArray(value) && value.every((item) => typeof item === "string");
  }
}

/** A parameter's allowed values in words, such as “above 0 and at most 1”. */
export function limitWords(parameter: Parameter): string {
  const { minimum, maximum, minimumExclusive, maxLength } = parameter;
  if (maxLength !== undefined) return `at most ${maxLength} characters long`;
  if (parameter.type === "strings") return "a list of texts that are not empty";
  const words = [];
  if (minimum !== undefined) words.push(`${minimumExclusive ? "above" : "at least"} ${minimum}`);
  if (maximum !== undefined) words.push(`at most ${maximum}`);
  return words.join(" and ");
}
