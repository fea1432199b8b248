import { decision } from "#contract/decisions.ts";
import type { ModelShape } from "../models/shape.ts";
import type { Resolving } from "./settings.ts";

/** The part of the free memory that a run may plan with; libraries and peaks take the rest. */
const usable = 0.8;
/** nf4 with double quantisation (Dettmers et al. 2023, section 3), and the layers kept in 16 bits. */
const fourBitBytes = 0.55;

/**
 * Switches checkpointing of activations on where nobody set it and the run would not fit without.
 * A rough estimate by part; `tokens` is the length of the longest row.
 */
export function resolveCheckpointing(
  resolving: Resolving,
  shape: ModelShape | undefined,
  tokens: number,
): void {
  const { settings, decisions, isSet, device } = resolving;
  if (isSet("training_config", "gradient_checkpointing")) return;
  const needed = shape ? estimateBytes(resolving, shape, tokens) : 0;
  const on = needed > device.freeBytes * usable;
  settings.training_config["gradient_checkpointing"] = on;
  if (!on) return;
  const params = { needed: gibibytes(needed), free: gibibytes(device.freeBytes) };
  decisions.push(decision("checkpointing_memory", params));
}

/** Bytes of weights, adapters with optimizer, activations and logits of one micro-batch. */
export function estimateBytes(
  { settings, model }: Pick<Resolving, "settings" | "model">,
  { hidden, layers, intermediate }: ModelShape,
  longest: number,
): number {
  const {
    training_config: training,
    lora_config: lora,
    quantization_config: quantization,
  } = settings;
  const bytes = training["bf16"] || training["fp16"] ? 2 : 4;
  const parameters = model?.parameters ?? 0;
  const weights = parameters * (quantization["load_in_4bit"] ? fourBitBytes : bytes);
  // A, B of each linear layer of a block: four of attention and three of the feed-forward part.
  const rank = Number(lora["r"]);
  const adapter = layers * rank * (4 * 2 * hidden + 3 * (hidden + intermediate));
  // Weight, gradient and AdamW's two moments, in float32.
  const trained = adapter * 16;
  const rowTokens = training["packing"] ? Number(training["max_length"]) : longest;
  const tokens = rowTokens * Number(training["per_device_train_batch_size"]);
  // Korthikanti et al. 2022, equation 2, without the scores, which SDPA never keeps: 34 values of
  // one byte per hidden unit at 16 bits, a third of which grows with the feed-forward width.
  const perToken = 17 * hidden + 4.25 * intermediate;
  const activations = layers * tokens * perToken * bytes;
  // Logits in float32, their softmax and their gradient.
  const logits = tokens * (model?.vocabSize ?? 0) * 4 * 3;
  return weights + trained + activations + logits;
}

function gibibytes(bytes: number): string {
  return `${(bytes / 2 ** 30).toFixed(1)} GiB`;
}
