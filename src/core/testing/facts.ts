import type { DeviceReply } from "#contract/trainer.ts";
import type { ModelFacts, TemplateFacts } from "../resolve/facts.ts";

/** A processor without any 16-bit units. */
export const plainCpu: DeviceReply = {
  type: "cpu",
  name: "Plain CPU",
  memoryBytes: 16 * 2 ** 30,
  freeBytes: 12 * 2 ** 30,
  threads: 4,
  cores: 4,
  bf16: false,
  fp16: false,
  flags: [],
  reason: "no CUDA device",
};

export const fastCpu: DeviceReply = { ...plainCpu, bf16: true, flags: ["avx512_bf16"] };

export const oldGpu: DeviceReply = {
  ...plainCpu,
  type: "cuda",
  name: "Old GPU",
  fp16: true,
  reason: "CUDA device with compute capability 7.5; no bf16 before 8.0",
};
export const newGpu: DeviceReply = {
  ...oldGpu,
  name: "New GPU",
  bf16: true,
  reason: "CUDA device",
};
export const mac: DeviceReply = { ...plainCpu, type: "mps", name: "M3", reason: "Apple silicon" };

/** A model of 500 million parameters, with the layers of a Llama. */
export const smallModel: ModelFacts = {
  architecture: "LlamaForCausalLM",
  modelType: "llama",
  parameters: 500_000_000,
  sha256: "0".repeat(64),
  tiedEmbeddings: true,
  linearModules: ["down_proj", "q_proj", "v_proj"],
  modulesToSave: ["embed_tokens", "lm_head"],
  hasBias: false,
  maxPositions: 2048,
  vocabSize: 32_000,
  weightsDtype: "bfloat16",
  safetensorsBytes: 1_000_000_000,
};

export const chatTemplate: TemplateFacts = {
  sha256: "1".repeat(64),
  source: "tokenizer_config.json",
  mask: "prefix",
  system: "supported",
  stopTokens: ["<|im_end|>"],
  stopTokenIds: [2],
  thinking: "none",
  readsClock: false,
};
