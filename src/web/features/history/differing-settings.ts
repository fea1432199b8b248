import { defaultFor, registry } from "#contract/parameters/registry.ts";
import type { ParameterValue } from "#contract/parameters/types.ts";
import type { RunSpec } from "#contract/run.ts";

const parts = {
  training_config: "training",
  lora_config: "lora",
  quantization_config: "quantization",
  modelfile_config: "modelfile",
} as const;

const sections = Object.keys(parts) as (keyof typeof parts)[];
const keyed = (key: string, value: ParameterValue | undefined) =>
  `${key} ${value === undefined ? "–" : String(value)}`;

/**
 * Settings of a run that are not at their default for its device, as `key value`. Automatic ones are
 * left out: they follow from the machine, the model and the rows.
 */
export function differingSettings(spec: RunSpec): string[] {
  return sections.flatMap((section) =>
    registry[section].flatMap((parameter) => {
      const value = spec[parts[section]][parameter.key];
      if (value === undefined || parameter.default.kind === "automatic") return [];
      const usual = defaultFor(parameter, spec.device.type);
      // The template's own stop tokens are always added.
      const same =
        parameter.key === "stop" && Array.isArray(value) && Array.isArray(usual)
          ? usual.every((text) => value.includes(text))
          : JSON.stringify(value) === JSON.stringify(usual);
      return same ? [] : [keyed(parameter.key, value)];
    }),
  );
}

/** What a run has otherwise than another one: model, rows, settings; with its own values. */
export function differsFrom(spec: RunSpec, other: RunSpec, rows: string): string[] {
  const settings = sections.flatMap((section) =>
    registry[section].flatMap(({ key }) => {
      const [value, before] = [spec[parts[section]][key], other[parts[section]][key]];
      return JSON.stringify(value) === JSON.stringify(before) ? [] : [keyed(key, value)];
    }),
  );
  return [
    ...(spec.model.sha256 === other.model.sha256 ? [] : [spec.model.id]),
    ...(spec.data.trainSha256 === other.data.trainSha256 ? [] : [keyed(rows, spec.data.trainRows)]),
    ...settings,
  ];
}
