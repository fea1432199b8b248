import { defaultFor } from "#contract/parameters/registry.ts";
import type { Parameter, ParameterValue } from "#contract/parameters/types.ts";

/** A valid value that is not the default. */
export function anotherValue(parameter: Parameter): ParameterValue {
  const normal = defaultFor(parameter, "cpu");
  const { key, options, type, minimum = 0, maximum } = parameter;
  switch (type) {
    case "bool":
      return normal !== true;
    case "string":
      return (options?.find((option) => option !== normal) as string | undefined) ?? "Another text";
    case "strings":
      if (options) return [String(options[0])];
      // Targets must be layers that the starter has.
      return key === "target_modules" ? ["q_proj"] : ["another", "value"];
    default: {
      const other = options?.find((option) => option !== normal);
      if (other !== undefined) return other;
      const top = maximum ?? minimum + 100;
      return top === normal ? minimum : top;
    }
  }
}

/** Values that must be refused, each with the code of its refusal. */
export function badValues(parameter: Parameter): [unknown, string][] {
  const { options, type, minimum, minimumExclusive, maximum, maxLength } = parameter;
  const bad: [unknown, string][] = [];
  if (type !== "string") bad.push(["a word", "parameter_type"]);
  if (type !== "bool") bad.push([true, "parameter_type"]);
  if (type !== "strings") bad.push([["x"], "parameter_type"]);
  else bad.push([[1], "parameter_type"], [[""], options ? "parameter_option" : "parameter_range"]);
  if (type === "int" || type === "float") {
    if (type === "int") bad.push([1.5, "parameter_type"]);
    if (options) bad.push([Math.max(...options.map(Number)) + 1, "parameter_option"]);
    else {
      if (minimum !== undefined)
        bad.push([minimumExclusive ? minimum : minimum - 1, "parameter_range"]);
      if (maximum !== undefined) bad.push([maximum + 1, "parameter_range"]);
    }
  }
  if (type === "string" && options) bad.push(["no option", "parameter_option"]);
  if (maxLength !== undefined) bad.push(["x".repeat(maxLength + 1), "parameter_range"]);
  return bad;
}
