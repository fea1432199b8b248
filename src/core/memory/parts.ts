import type { MemoryPart, MemoryPhase } from "#contract/memory.ts";
import type { DeviceType } from "#contract/parameters/types.ts";
import type { EffectiveSettings } from "../resolve/settings.ts";
import { activationBytes } from "./activations.ts";
import type { ModelShape } from "./model-shape.ts";
import type { BatchSizes } from "./row-sizes.ts";
import { trainedBy } from "./trained.ts";

/** Bytes by part, of each phase. */
export type PhaseParts = Record<MemoryPhase, Record<MemoryPart, number>>;

const mebi = 2 ** 20;
const float32 = 4;

/** What Python, torch, Transformers and PEFT hold before a model is there; CUDA: its context. */
const runtime = { cpu: 765 * mebi, cuda: 600 * mebi, mps: 765 * mebi } as const;
const bitsandbytes = 75 * mebi;
/** Bytes of every part in every phase, from the model's sizes and the effective settings alone. */
export function phaseParts(
  device: DeviceType,
  settings: EffectiveSettings,
  shape: ModelShape,
  batch: BatchSizes,
): PhaseParts {
  const { training_config: training, quantization_config: quantization } = settings;
  const half = Boolean(training["bf16"]) || Boolean(training["fp16"]);
  const trained = trainedBy(settings, shape);
  const activations = activationBytes(device, settings, shape, batch);
  const needsLibrary =
    quantization["load_in_4bit"] === true || String(training["optim"]).endsWith("_8bit");
  const nothing = { gradients: 0, optimizer: 0, activations: 0, logits: 0 };
  const lasting = {
    runtime: runtime[device] + (needsLibrary ? bitsandbytes : 0),
    weights: weightBytes(settings, shape),
    adapter: trained.parameters * float32,
  };
  const { evaluation } = batch;
  return {
    load: { ...lasting, ...nothing, weights: lasting.weights + fileBytes(settings, shape) },
    train: {
      ...lasting,
      gradients: trained.parameters * float32,
      optimizer: trained.optimizerBytes,
      activations,
      // Softmax, its gradient and the logits' own, in float32, when the backward pass begins.
      logits: batch.rows * batch.learned * shape.vocabulary * 3 * float32,
    },
    evaluate: evaluation
      ? {
          ...lasting,
          ...nothing,
          optimizer: trained.optimizerBytes,
          // What the heap took for training it keeps.
          activations: Math.max(
            device === "cuda" ? 0 : activations,
            passingEvaluation(shape, evaluation.rows * evaluation.tokens, half),
          ),
          logits:
            evaluation.rows *
            evaluation.learned *
            shape.vocabulary *
            (half ? 2 + 2 * float32 : 2 * float32),
        }
      : { ...lasting, ...nothing, optimizer: trained.optimizerBytes },
  };
}

/** Weights are read as they are stored, in 16 bits as a rule, beside what they are turned into. */
function fileBytes(settings: EffectiveSettings, { parameters }: ModelShape): number {
  const { training_config: training, quantization_config: quantization } = settings;
  const half = training["bf16"] || training["fp16"];
  return half && !quantization["load_in_4bit"] ? 0 : parameters * 2;
}

/** Without gradients one block's values at a time are held. */
function passingEvaluation(shape: ModelShape, tokens: number, half: boolean): number {
  return tokens * (3 * shape.hidden + 3 * shape.intermediate) * (half ? 2 : float32);
}

/** Frozen weights: 4 bits and their scales for the blocks' linear layers, else the run's format. */
function weightBytes(settings: EffectiveSettings, shape: ModelShape): number {
  const { training_config: training, quantization_config: quantization } = settings;
  const each = training["bf16"] || training["fp16"] ? 2 : float32;
  if (!quantization["load_in_4bit"]) return shape.parameters * each;
  const linear = shape.linears.reduce(
    (sum, { in: into, out, count }) => sum + into * out * count,
    0,
  );
  // A scale per 64 values in float32, or in 8 bits with one in float32 per 256 of them
  // (Dettmers et al. 2023, section 3).
  const scale = quantization["bnb_4bit_use_double_quant"] ? 1 + float32 / 256 : float32;
  return linear * (1 / 2 + scale / 64) + (shape.parameters - linear) * each;
}
