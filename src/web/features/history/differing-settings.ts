import { defaultFor, registry } from "#contract/parameters/registry.ts";
import type { RunSpec } from "#contract/run.ts";

const parts = {
  training_config: "training",
  lora_config: "lora",
  quantization_config: "quantization",
  modelfile_config: "modelfile",
} as const;

/**
 * Settings of a run that are not at their default for its device, as `key value`. Automatic ones are
 * left out: they follow from the machine, the model and the rows.
 */
export function differingSettings(spec: RunSpec): string[] {
  return Object.entries(parts).flatMap(([section, part]) =>
    registry[section as keyof typeof parts].flatMap((parameter) => {
      const value = spec[part][parameter.key];
      if (value === undefined || parameter.default.kind === "automatic") return [];
      const usual = defaultFor(parameter, spec.device.type);
      // The template's own stop tokens are always added.
      const same =
        parameter.key === "stop" && Array.isArray(value) && Array.isArray(usual)
          ? usual.every((text) => value.includes(text))
          : JSON.stringify(value) === JSON.stringify(usual);
      return same ? [] : [`${parameter.key} ${String(value)}`];
    }),
  );
}
