import type { z } from "zod";

export const sections = [
  "training_config",
  "lora_config",
  "quantization_config",
  "modelfile_config",
] as const;
export type Section = (typeof sections)[number];

export type Scalar = string | number | boolean;
export type ParameterValue = Scalar | string[];

/** How a person sets the value in a form. */
export type Control = "number" | "select" | "switch" | "textarea" | "tags" | "checkboxes";

/** Where the value ends up: the trainer, the exporter, or Ollama. */
export type Destination = "trainer" | "exporter" | "ollama";

export type DeviceType = "cpu" | "cuda" | "mps";

/**
 * One default for all devices, or one per device; mps takes the CPU's.
 * `null` = unset: nothing is sent. "automatic" = resolved from the device, the model or the rows.
 */
export type Default =
  | { kind: "fixed"; value: ParameterValue | null }
  | { kind: "device"; cuda: ParameterValue; cpu: ParameterValue }
  | { kind: "automatic"; fallback: ParameterValue };

/** One row of the registry, as plain data. */
export interface Parameter {
  readonly key: string;
  readonly section: Section;
  /** Schema of a stored value; null (= use the default) is allowed beside it. */
  readonly schema: z.ZodType<ParameterValue>;
  readonly type: "int" | "float" | "bool" | "string" | "strings";
  readonly default: Default;
  readonly control: Control;
  readonly minimum?: number;
  /** The minimum itself is not allowed. */
  readonly minimumExclusive?: boolean;
  readonly maximum?: number;
  readonly maxLength?: number;
  readonly step?: number;
  /** The scale of a gauge; logarithmic where steps multiply. */
  readonly scale?: "linear" | "log";
  readonly options?: readonly Scalar[];
  readonly group: string;
  /** 1 = in plain sight, 2 = under its group, 3 = rarely needed. */
  readonly tier: 1 | 2 | 3;
  readonly unit?: string;
  /** The key and values of another parameter of the same section that make this one count. */
  readonly appliesWhen?: { key: string; is: readonly ParameterValue[] };
  readonly destination: Destination;
  /** From this value on, the form warns. */
  readonly warnAbove?: number;
}

/** A section's stored values; null or absent = default. */
export type SectionValues = Record<string, ParameterValue | null>;
