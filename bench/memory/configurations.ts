import type { SectionValues } from "../../src/contract/parameters/types.ts";

/** A model, rows and settings to measure memory with. */
export interface Configuration {
  name: string;
  family: string;
  /** Keys of config.json. */
  config: Record<string, number | boolean | string>;
  /** Tokens of each row, and how many rows there are; a fifth is held out. */
  tokens: number;
  rows: number;
  training?: SectionValues;
  lora?: SectionValues;
  quantization?: SectionValues;
}

const size = (
  hidden: number,
  intermediate: number,
  layers: number,
  heads: number,
  keyHeads: number,
  vocabulary: number,
): Configuration["config"] => ({
  hidden_size: hidden,
  intermediate_size: intermediate,
  num_hidden_layers: layers,
  num_attention_heads: heads,
  num_key_value_heads: keyHeads,
  vocab_size: vocabulary,
  max_position_embeddings: 4096,
});

const fp32 = { bf16: false, fp16: false };
const bf16 = { bf16: true };
const packed = (length: number, batch = 1): SectionValues => ({
  packing: true,
  max_length: length,
  per_device_train_batch_size: batch,
});
const single = (length: number, batch = 1): SectionValues => ({
  packing: false,
  max_length: length,
  per_device_train_batch_size: batch,
});

/** What the built-in coefficients were found with. */
export const calibration: Configuration[] = [
  {
    name: "llama fp32 packed",
    family: "smollm",
    config: size(512, 1408, 8, 8, 4, 8000),
    tokens: 250,
    rows: 16,
    training: { ...fp32, ...packed(1024) },
  },
  {
    name: "llama fp32 long",
    family: "smollm",
    config: size(384, 1024, 8, 6, 6, 4000),
    tokens: 2000,
    rows: 3,
    training: { ...fp32, ...single(2048) },
  },
  {
    name: "llama bf16 packed",
    family: "smollm",
    config: size(768, 2048, 8, 12, 4, 16_000),
    tokens: 250,
    rows: 16,
    training: { ...bf16, ...packed(1024) },
  },
  {
    name: "llama fp32 vocabulary",
    family: "smollm",
    config: size(384, 1024, 4, 6, 6, 64_000),
    tokens: 500,
    rows: 4,
    training: { ...fp32, ...single(512) },
  },
  {
    name: "qwen2 fp32 dropout",
    family: "qwen2",
    config: size(512, 1536, 8, 8, 2, 8000),
    tokens: 500,
    rows: 8,
    training: { ...fp32, ...single(512, 2) },
    lora: { lora_dropout: 0.1 },
  },
  {
    name: "qwen3 bf16 checkpointing",
    family: "qwen3",
    config: size(768, 2048, 8, 12, 4, 16_000),
    tokens: 500,
    rows: 12,
    training: { ...bf16, ...packed(2048), gradient_checkpointing: true },
  },
  {
    name: "llama fp32 dora",
    family: "smollm",
    config: size(512, 1408, 6, 8, 8, 8000),
    tokens: 250,
    rows: 8,
    training: { ...fp32, ...packed(512) },
    lora: { use_dora: true },
  },
  {
    name: "mistral 4 bit",
    family: "mistral",
    config: size(768, 2048, 8, 12, 4, 8000),
    tokens: 250,
    rows: 6,
    training: { ...fp32, ...packed(512) },
    quantization: { load_in_4bit: true },
  },
  {
    name: "gemma3 fp32",
    family: "gemma3",
    config: { ...size(512, 1536, 8, 8, 4, 16_000), head_dim: 64 },
    tokens: 250,
    rows: 8,
    training: { ...fp32, ...packed(512) },
  },
  {
    name: "phi3 bf16 batch",
    family: "phi3",
    config: size(640, 1792, 8, 10, 10, 8000),
    tokens: 300,
    rows: 12,
    training: { ...bf16, ...single(512, 4) },
  },
  {
    name: "llama fp32 rank",
    family: "smollm",
    config: size(512, 1536, 8, 8, 8, 4000),
    tokens: 120,
    rows: 5,
    training: { ...fp32, ...single(128) },
    lora: { r: 256 },
  },
  {
    name: "qwen2 head trained",
    family: "qwen2",
    config: size(512, 1408, 6, 8, 2, 24_000),
    tokens: 250,
    rows: 8,
    training: { ...fp32, ...single(256, 2) },
    lora: { modules_to_save: ["embed_tokens", "lm_head"] },
  },
];

/** What the estimate is judged by: never looked at while it was built. */
export const test: Configuration[] = [];
