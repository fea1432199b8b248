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
    name: "llama fp32 checkpointing",
    family: "smollm",
    config: size(512, 1408, 10, 8, 4, 8000),
    tokens: 400,
    rows: 12,
    training: { ...fp32, ...packed(2048), gradient_checkpointing: true },
  },
  {
    name: "llama fp32 checkpointing deep",
    family: "smollm",
    config: size(448, 1216, 16, 7, 7, 5000),
    tokens: 300,
    rows: 12,
    training: { ...fp32, ...packed(2048), gradient_checkpointing: true },
  },
  {
    name: "llama bf16 checkpointing deep",
    family: "llama3",
    config: size(512, 1408, 16, 8, 4, 6000),
    tokens: 400,
    rows: 12,
    training: { ...bf16, ...packed(2048), gradient_checkpointing: true },
  },
  {
    name: "qwen2 fp32 checkpointing in batches",
    family: "qwen2",
    config: size(640, 1664, 8, 10, 2, 6000),
    tokens: 500,
    rows: 12,
    training: { ...fp32, ...single(512, 4), gradient_checkpointing: true },
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
export const test: Configuration[] = [
  {
    name: "llama fp32 wide",
    family: "smollm",
    config: size(896, 2432, 6, 14, 2, 12_000),
    tokens: 220,
    rows: 10,
    training: { ...fp32, ...packed(1024) },
  },
  {
    name: "llama fp32 deep",
    family: "llama3",
    config: size(320, 896, 16, 5, 5, 6000),
    tokens: 180,
    rows: 16,
    training: { ...fp32, ...packed(1024) },
  },
  {
    name: "llama fp32 unpacked",
    family: "smollm",
    config: size(576, 1536, 10, 9, 3, 10_000),
    tokens: 700,
    rows: 4,
    training: { ...fp32, ...single(1024) },
  },
  {
    name: "llama fp32 batch of 3",
    family: "llama3",
    config: size(448, 1216, 8, 7, 7, 8000),
    tokens: 400,
    rows: 9,
    training: { ...fp32, ...single(512, 3) },
  },
  {
    name: "llama fp32 two packs",
    family: "smollm",
    config: size(480, 1280, 8, 8, 4, 9000),
    tokens: 200,
    rows: 20,
    training: { ...fp32, ...packed(512, 2) },
  },
  {
    name: "llama bf16 unpacked",
    family: "smollm",
    config: size(640, 1728, 10, 10, 5, 20_000),
    tokens: 900,
    rows: 4,
    training: { ...bf16, ...single(1024) },
  },
  {
    name: "llama bf16 wide",
    family: "llama3",
    config: size(1152, 3072, 6, 9, 3, 24_000),
    tokens: 240,
    rows: 12,
    training: { ...bf16, ...packed(512) },
  },
  {
    name: "llama bf16 no dropout",
    family: "smollm",
    config: size(704, 1920, 9, 11, 11, 14_000),
    tokens: 230,
    rows: 14,
    training: { ...bf16, ...packed(1024) },
    lora: { lora_dropout: 0 },
  },
  {
    name: "llama fp32 no dropout",
    family: "smollm",
    config: size(608, 1664, 9, 8, 8, 11_000),
    tokens: 210,
    rows: 14,
    training: { ...fp32, ...packed(1024) },
    lora: { lora_dropout: 0 },
  },
  {
    name: "llama fp32 vocabulary",
    family: "llama3",
    config: size(320, 896, 6, 5, 5, 90_000),
    tokens: 420,
    rows: 5,
    training: { ...fp32, ...single(512) },
  },
  {
    name: "llama fp32 checkpointing",
    family: "smollm",
    config: size(640, 1792, 12, 10, 10, 12_000),
    tokens: 300,
    rows: 16,
    training: { ...fp32, ...packed(2048), gradient_checkpointing: true },
  },
  {
    name: "qwen2 bf16 packed",
    family: "qwen2",
    config: size(736, 1984, 8, 8, 2, 18_000),
    tokens: 260,
    rows: 12,
    training: { ...bf16, ...packed(1024) },
  },
  {
    name: "qwen2 fp32 rank 64",
    family: "qwen2",
    config: size(512, 1664, 9, 8, 4, 10_000),
    tokens: 350,
    rows: 6,
    training: { ...fp32, ...single(512) },
    lora: { r: 64 },
  },
  {
    name: "qwen3 fp32 packed",
    family: "qwen3",
    config: { ...size(512, 1408, 8, 8, 4, 10_000), head_dim: 64 },
    tokens: 240,
    rows: 12,
    training: { ...fp32, ...packed(1024) },
  },
  {
    name: "mistral fp32 8-bit optimizer",
    family: "mistral",
    config: size(672, 1856, 8, 12, 4, 9000),
    tokens: 280,
    rows: 10,
    training: { ...fp32, ...packed(1024), optim: "adamw_8bit" },
  },
  {
    name: "qwen2 4 bit",
    family: "qwen2",
    config: size(832, 2240, 8, 13, 13, 9000),
    tokens: 240,
    rows: 8,
    training: { ...fp32, ...packed(512) },
    quantization: { load_in_4bit: true },
  },
  {
    name: "phi3 fp32 packed",
    family: "phi3",
    config: size(576, 1536, 8, 9, 9, 9000),
    tokens: 230,
    rows: 10,
    training: { ...fp32, ...packed(512) },
  },
  {
    name: "gemma3 bf16 packed",
    family: "gemma3",
    config: { ...size(640, 1920, 8, 8, 4, 20_000), head_dim: 80 },
    tokens: 240,
    rows: 10,
    training: { ...bf16, ...packed(1024) },
  },
  {
    name: "smollm3 fp32 attention alone",
    family: "smollm3",
    config: size(640, 1792, 8, 10, 5, 10_000),
    tokens: 260,
    rows: 10,
    training: { ...fp32, ...packed(1024) },
    lora: { target_modules: ["q_proj", "v_proj"] },
  },
  {
    name: "llama fp32 dora",
    family: "llama3",
    config: size(576, 1536, 7, 9, 9, 9000),
    tokens: 230,
    rows: 8,
    training: { ...fp32, ...packed(512) },
    lora: { use_dora: true },
  },
];
