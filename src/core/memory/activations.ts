import type { DeviceType } from "#contract/parameters/types.ts";
import type { EffectiveSettings } from "../resolve/settings.ts";
import type { Linear, ModelShape } from "./model-shape.ts";
import type { BatchSizes } from "./row-sizes.ts";
import { targeted } from "./trained.ts";

/** Bytes of one block's forward pass. */
interface Block {
  /** What autograd keeps for the backward pass. */
  saved: number;
  /** What is computed on the way and freed again. */
  passing: number;
}

const float32 = 4;

/**
 * The part of what is freed on the way that still counts: between tensors that stay, glibc's
 * allocator finds no use for most of it. Measured on CPUs; torch's own allocator on GPUs does better.
 */
const wasted = { cpu: 0.52, mps: 0.52, cuda: 0.1 } as const;
/**
 * With checkpointing: for the one block that is gone through forwards, again and backwards, and for
 * each block, since between the inputs that stay it finds no use for all of what a block freed.
 * Found with the calibration's checkpointing configurations (bench/memory) under glibc 2.36.
 */
const wastedAgain = {
  cpu: { whole: { once: 0.85, each: 0.37 }, half: { once: 0.85, each: 0.14 } },
  mps: { whole: { once: 1.7, each: 0 }, half: { once: 1.7, each: 0 } },
  cuda: { whole: { once: 1, each: 0 }, half: { once: 1, each: 0 } },
} as const;

/** Bytes of activations that are held when the backward pass begins. */
export function activationBytes(
  device: DeviceType,
  settings: EffectiveSettings,
  shape: ModelShape,
  batch: BatchSizes,
): number {
  const { saved, passing } = blockBytes(settings, shape, batch);
  const { training_config: training } = settings;
  const everyBlock = shape.layers * (saved + wasted[device] * passing);
  if (!training["gradient_checkpointing"]) return everyBlock;
  const inputs = batch.rows * batch.tokens * shape.hidden * valueSize(settings) * shape.layers;
  const { once, each } = wastedAgain[device][valueSize(settings) < float32 ? "half" : "whole"];
  return Math.min(everyBlock, inputs + saved + (once + each * shape.layers) * passing);
}

const valueSize = ({ training_config: training }: EffectiveSettings): number =>
  training["bf16"] || training["fp16"] ? 2 : float32;

/**
 * One block of Transformers' modules with PEFT's adapters. What is saved was verified tensor by
 * tensor with torch's saved_tensors_hooks: the norms' inputs in float32, the adapters' inputs and
 * their low-rank outputs, attention's query, key, value and output (key and value repeated for all
 * heads) with one float32 per head, the feed-forward part's gate, its activation and its other half.
 */
function blockBytes(
  settings: EffectiveSettings,
  shape: ModelShape,
  { rows, tokens, masked }: BatchSizes,
): Block {
  const { hidden, intermediate, heads, keyHeads, headSize, norms, headNorms } = shape;
  const lora = settings.lora_config;
  const value = valueSize(settings);
  const half = value < float32;
  const total = rows * tokens;
  const targets = targeted(settings, shape);
  const sumOf = (size: (linear: Linear) => number): number =>
    targets.reduce((sum, each) => sum + (each.count / shape.layers) * size(each), 0);
  const inputs = sumOf((linear) => linear.in);
  const outputs = sumOf((linear) => linear.out);
  const query = heads * headSize;
  const key = keyHeads * headSize;
  const normed = norms * hidden + (headNorms / 2) * (query + key);
  const gated = shape.linears.some(({ name }) => /gate/.test(name));

  const perToken =
    float32 * (normed + norms) +
    adapterBytes(targets, shape, settings) +
    4 * query * value +
    float32 * heads +
    (gated ? 3 : 2) * intermediate * value;
  // One row's mask has tokens × tokens values, and attention turns it into the number format.
  const mask = masked ? rows * tokens * tokens * value : 0;
  // Autocast keeps copies of the adapters in 16 bits until the backward pass is over.
  const copies = half ? 2 * Number(lora["r"]) * (inputs + outputs) : 0;
  const way =
    (half ? 10 : 8) * normed +
    3 * value * outputs +
    (half ? float32 * inputs : 0) +
    3.5 * value * (query + key) +
    2 * value * hidden;

  const block = { saved: total * perToken + mask + copies, passing: total * way };
  if (!lora["use_dora"]) return block;
  // DoRA keeps two more outputs, and a unit matrix to multiply its adapters out with.
  return {
    saved: block.saved + total * 2 * value * outputs + float32 * sumOf((each) => each.in ** 2),
    passing: block.passing + (3 * float32 * sumOf((each) => each.in * each.out)) / shape.layers,
  };
}

/** What the adapters keep per token. */
function adapterBytes(
  targets: readonly Linear[],
  shape: ModelShape,
  settings: EffectiveSettings,
): number {
  const rank = Number(settings.lora_config["r"]);
  const dropout = Number(settings.lora_config["lora_dropout"]) > 0;
  const value = valueSize(settings);
  let bytes = 0;
  const shared = new Map<string, number>();
  for (const { name, in: into, count } of targets) {
    const share = count / shape.layers;
    bytes += share * rank * value;
    const source = sourceOf(name);
    // Each adapter has its own copy of its input where that was cast or noise was applied.
    if (value < float32 || dropout) bytes += share * into * value;
    else if (!/^o_proj$/.test(name))
      shared.set(source, Math.max(into * value, shared.get(source) ?? 0));
    if (dropout) bytes += share * into * float32;
  }
  for (const input of shared.values()) bytes += input;
  return bytes;
}

/** Layers that read the same tensor share it; attention's output keeps it anyway. */
function sourceOf(name: string): string {
  if (/^(q|k|v|qkv)_proj$|^c_attn$|query_key_value/.test(name)) return "attention";
  return /gate|up_proj|c_fc|fc1|dense_h_to_4h/.test(name) ? "feed-forward" : name;
}
