import { z } from "zod";
import { loraParameters } from "./lora.ts";
import { modelfileParameters } from "./modelfile.ts";
import { quantizationParameters } from "./quantization.ts";
import { trainingParameters } from "./training.ts";
import type { DeviceType, Parameter, ParameterValue, Section, SectionValues } from "./types.ts";

/** Every parameter once. Order here is the order in forms and tables. */
export const registry: Record<Section, readonly Parameter[]> = {
  training_config: trainingParameters,
  lora_config: loraParameters,
  quantization_config: quantizationParameters,
  modelfile_config: modelfileParameters,
};

export const allParameters: readonly Parameter[] = Object.values(registry).flat();

/** The parameter of this key, where the section has one. */
export function findParameter(section: Section, key: string): Parameter | undefined {
  return registry[section].find((parameter) => parameter.key === key);
}

/** Schema of one stored section: every key optional and nullable, unknown keys refused. */
export const sectionSchema = (section: Section): z.ZodType<SectionValues> =>
  z.strictObject(
    Object.fromEntries(
      registry[section].map(({ key, schema }) => [key, schema.nullable().optional()]),
    ),
  ) as unknown as z.ZodType<SectionValues>;

/** The default before anything about model or rows is known; null = unset. */
export function defaultFor(parameter: Parameter, device: DeviceType): ParameterValue | null {
  const { default: rule } = parameter;
  if (rule.kind === "fixed") return rule.value;
  if (rule.kind === "automatic") return rule.fallback;
  return device === "cuda" ? rule.cuda : rule.cpu;
}
