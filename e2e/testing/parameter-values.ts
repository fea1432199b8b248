import { defaultFor } from "#contract/parameters/registry.ts";
import type { Parameter, ParameterValue } from "#contract/parameters/types.ts";

/** A valid value other than the default; `on` is what a switch shows that stands on its default. */
export function otherValue(parameter: Parameter, on: boolean): ParameterValue {
  const { minimum, maximum, options, control } = parameter;
  const fallback = defaultFor(parameter, "cpu");
  switch (control) {
    case "switch":
      return !on;
    case "select": {
      const other = options?.find((option) => option !== fallback);
      if (other === undefined) throw new Error(`${parameter.key} has no other option`);
      return other;
    }
    case "number": {
      const step = parameter.step ?? 1;
      const base = typeof fallback === "number" ? fallback : Math.max(minimum ?? 0, 0);
      const up = Number((base + 2 * step).toPrecision(6));
      return maximum === undefined || up <= maximum ? up : Number((base - 2 * step).toPrecision(6));
    }
    case "textarea":
      return "Answer like a keeper of lighthouses.";
    case "tags":
      return [...(Array.isArray(fallback) ? fallback : []), "<end>"];
    case "checkboxes":
      return options?.slice(0, 1).map(String) ?? ["q_proj", "v_proj"];
  }
}
