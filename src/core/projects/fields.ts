import { AppError } from "#contract/errors.ts";
import { parseModelName } from "../deploy/name.ts";

const longestName = 120;
const longestDescription = 2000;

/** Trims and checks a project's name. It may be in any script. Errors: project_name_required, name_invalid. */
export function checkName(value: unknown): string {
  const name = text("name", value).trim();
  if (name === "") throw new AppError("project_name_required");
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  if (/[\u0000-\u001f\u007f]/.test(name)) {
    throw new AppError("name_invalid", { name, reason: "it holds a control character" });
  }
  if (!name.isWellFormed()) {
    throw new AppError("name_invalid", { name, reason: "it holds half of a character" });
  }
  if (name.length > longestName) {
    const reason = `it is longer than ${longestName} characters`;
    throw new AppError("name_invalid", { name, reason });
  }
  return name;
}

/** Errors: parameter_type, parameter_range. */
export function checkDescription(value: unknown): string {
  const description = text("description", value);
  if (description.length <= longestDescription) return description;
  throw new AppError("parameter_range", {
    field: "description",
    limit: `at most ${longestDescription} characters long`,
    value: description.length,
  });
}

/** Errors: parameter_type, parameter_range. */
export function checkModel(value: unknown): string {
  const model = text("model", value).trim();
  if (model !== "") return model;
  throw new AppError("parameter_range", { field: "model", limit: "not empty", value: '""' });
}

/** A name that Ollama takes. Errors: ollama_name_*. */
export function checkTargetName(value: unknown): string {
  const name = text("targetName", value).trim();
  parseModelName(name);
  return name;
}

function text(field: string, value: unknown): string {
  if (typeof value === "string") return value;
  const shown = JSON.stringify(value) ?? "nothing";
  throw new AppError("parameter_type", { field, expected: "text", value: shown });
}
