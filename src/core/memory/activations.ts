import type { EffectiveSettings } from "../resolve/settings.ts";
import type { Linear, ModelShape } from "./model-shape.ts";
import type { BatchSizes } from "./row-sizes.ts";
import { targeted } from "./trained.ts";

/** What a forward pass keeps for the backward pass. */
export interface Activations {
  /** Held by all blocks at the end of the forward pass. */
  kept: number;
  /** Held beside that while one block is computed or computed again. */
  passing: number;
}

const float32 = 4;

/**
 * Bytes kept per block, counted from what autograd saves in Transformers' modules with PEFT's
 * adapters (verified tensor by tensor with torch's saved_tensors_hooks): norms in float32, the
 * adapters' inputs and their low-rank outputs, attention's query, key, value and output with one
 * float32 per head, the feed-forward part's gate, its activation and its product.
 */
export function activationBytes(
  settings: EffectiveSettings,
  shape: ModelShape,
  { rows, tokens, masked }: BatchSizes,
): Activations {
  const { training_config: training, lora_config: lora } = settings;
  const half = Boolean(training["bf16"]) || Boolean(training["fp16"]);
  const value = half ? 2 : float32;
  const total = rows * tokens;
  const targets = targeted(settings, shape);
  const perToken =
    norms(shape) +
    adapters(targets, shape, Number(lora["r"]), Number(lora["lora_dropout"]), half) +
    attention(shape, value) +
    value * (shape.linears.some(({ name }) => /gate/.test(name)) ? 3 : 2) * shape.intermediate;
  // One row's mask has tokens × tokens values, and attention turns it into the number format.
  const mask = masked ? rows * tokens * tokens * value : 0;
  // Autocast keeps copies of the adapters in 16 bits until the backward pass is over.
  const copies = half ? 2 * Number(lora["r"]) * perBlock(targets, shape) : 0;
  const block = total * perToken + mask + copies;
  if (!training["gradient_checkpointing"]) return { kept: block * shape.layers, passing: 0 };
  return { kept: total * shape.hidden * value * shape.layers, passing: block };
}

/** Two norms per block save their input in float32, and one more value per token. */
function norms({ hidden }: ModelShape): number {
  return 2 * (float32 * hidden + float32);
}

function adapters(
  targets: readonly Linear[],
  shape: ModelShape,
  rank: number,
  dropout: number,
  half: boolean,
): number {
  const value = half ? 2 : float32;
  let bytes = 0;
  const inputs = new Map<string, number>();
  for (const { name, in: into, count } of targets) {
    const share = count / shape.layers;
    bytes += share * rank * value;
    // Each adapter has its own copy of its input where that was cast or noise was applied.
    if (half || dropout > 0) bytes += share * into * value;
    else
      inputs.set(sourceOf(name), Math.max(share * into * value, inputs.get(sourceOf(name)) ?? 0));
    if (dropout > 0) bytes += share * into * float32;
  }
  for (const shared of inputs.values()) bytes += shared;
  return bytes;
}

/** Layers that read the same tensor share it. */
function sourceOf(name: string): string {
  if (/^(q|k|v|qkv)_proj$|^c_attn$|query_key_value/.test(name)) return "attention";
  if (/gate|up_proj|c_fc|fc1|dense_h_to_4h/.test(name)) return "feed-forward";
  return name;
}

/** Query, key and value (each repeated for all heads), the output, and the sums of the softmax. */
function attention({ heads, headSize }: ModelShape, value: number): number {
  return 4 * heads * headSize * value + float32 * heads;
}

const perBlock = (targets: readonly Linear[], { layers }: ModelShape): number =>
  targets.reduce((sum, { in: into, out, count }) => sum + (count / layers) * (into + out), 0);
