import type { SectionValues } from "./types.ts";

/** A named set of settings. What it does not name is back at its default when it is applied. */
export interface Preset {
  readonly name: string;
  readonly training_config: SectionValues;
  readonly lora_config: SectionValues;
  readonly quantization_config: SectionValues;
}

export const presets: readonly Preset[] = [
  {
    name: "quick_try",
    training_config: { num_train_epochs: 1, warmup_ratio: 0.1 },
    lora_config: { r: 16, lora_alpha: 32 },
    quantization_config: {},
  },
  { name: "balanced", training_config: {}, lora_config: {}, quantization_config: {} },
  {
    name: "high_quality",
    training_config: {
      num_train_epochs: 5,
      lr_scheduler_type: "cosine",
      warmup_ratio: 0.1,
      early_stopping_patience: 2,
    },
    lora_config: { r: 64, lora_alpha: 64, use_rslora: true },
    quantization_config: { load_in_4bit: false, output_quantization: "q8_0" },
  },
  {
    name: "low_memory",
    training_config: {
      per_device_train_batch_size: 1,
      gradient_accumulation_steps: 8,
      gradient_checkpointing: true,
      optim: "paged_adamw_8bit",
    },
    lora_config: { r: 8, lora_alpha: 16 },
    quantization_config: { load_in_4bit: true, output_quantization: "q4_k_m" },
  },
  {
    name: "small_data",
    training_config: {
      num_train_epochs: 10,
      gradient_accumulation_steps: 2,
      lr_scheduler_type: "cosine",
      warmup_ratio: 0.1,
      early_stopping_patience: 3,
    },
    lora_config: { lora_dropout: 0.05 },
    quantization_config: {},
  },
  {
    name: "long_context",
    training_config: {
      max_length: 4096,
      per_device_train_batch_size: 1,
      gradient_accumulation_steps: 8,
      gradient_checkpointing: true,
    },
    lora_config: { r: 16, lora_alpha: 32 },
    quantization_config: {},
  },
  {
    name: "style",
    training_config: { num_train_epochs: 2, neftune_noise_alpha: 5, lr_scheduler_type: "cosine" },
    lora_config: { r: 16, lora_alpha: 16, lora_dropout: 0.05 },
    quantization_config: {},
  },
  {
    name: "large_data",
    training_config: {
      num_train_epochs: 1,
      gradient_accumulation_steps: 8,
      save_strategy: "steps",
      save_steps: 500,
    },
    lora_config: {},
    quantization_config: {},
  },
];

/** The preset of this name, where there is one. */
export function findPreset(name: string): Preset | undefined {
  return presets.find((preset) => preset.name === name);
}

/** The preset that suits the machine and the rows best. */
export function recommendedPreset(facts: {
  device: "cpu" | "cuda" | "mps";
  memoryBytes: number;
  modelBytes: number;
  rows: number;
}): string {
  if (facts.modelBytes * 2 > facts.memoryBytes) return "low_memory";
  if (facts.rows > 0 && facts.rows < 200) return "small_data";
  if (facts.rows > 20_000) return "large_data";
  return "balanced";
}
