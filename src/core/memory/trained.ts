import type { EffectiveSettings } from "../resolve/settings.ts";
import { trainableShape } from "./model-shape.ts";
import type { Linear, ModelShape, TrainableShape } from "./model-shape.ts";
import { readTensorShapes } from "./read-tensors.ts";

/** What trains: its parameters, and bytes of the optimizer's state of each kind of tensor. */
export interface Trained {
  parameters: number;
  optimizerBytes: number;
}

/** bitsandbytes keeps the state of smaller tensors in 32 bits. */
const least8Bit = 4096;
const float32 = 4;

/** The linear layers that get an adapter, as the trainer chooses them. */
export function targeted(settings: EffectiveSettings, shape: TrainableShape): Linear[] {
  const targets = settings.lora_config["target_modules"];
  const named = Array.isArray(targets) ? targets : [];
  return shape.linears.filter(({ name }) => named.length === 0 || named.includes(name));
}

/** Counts what trains under these settings, and the state that the optimizer keeps of it. */
export function trainedBy(settings: EffectiveSettings, shape: TrainableShape): Trained {
  const { lora_config: lora, training_config: training } = settings;
  const rank = Number(lora["r"]);
  const targets = targeted(settings, shape);
  const tensors = targets.flatMap(({ in: into, out, count }) => [
    { rows: rank, columns: into, count },
    { rows: out, columns: rank, count },
    ...(lora["use_dora"] ? [{ rows: 1, columns: out, count }] : []),
  ]);
  const biased = lora["bias"] === "all" ? shape.linears : lora["bias"] === "none" ? [] : targets;
  for (const { out, bias, count } of biased)
    if (bias) tensors.push({ rows: 1, columns: out, count });
  const saved = lora["modules_to_save"];
  const named = Array.isArray(saved) ? saved.length : 0;
  // Tied embeddings are one tensor, which is trained once.
  const count = shape.tied ? Math.min(1, named) : named;
  if (count > 0) tensors.push({ rows: shape.vocabulary, columns: shape.hidden, count });
  const optim = String(training["optim"]);
  let parameters = 0;
  let optimizerBytes = 0;
  for (const { rows, columns, count } of tensors) {
    parameters += rows * columns * count;
    optimizerBytes += count * stateBytes(optim, rows, columns);
  }
  return { parameters, optimizerBytes };
}

/** Bytes that an optimizer keeps of one matrix. */
function stateBytes(optim: string, rows: number, columns: number): number {
  const size = rows * columns;
  if (optim === "sgd") return 0;
  // The second moment's row and column sums (Shazeer & Stern 2018), no first moment.
  if (optim === "adafactor") return float32 * (rows === 1 ? columns : rows + columns);
  const eightBit = optim.endsWith("_8bit") && size >= least8Bit;
  return 2 * size * (eightBit ? 1 : float32);
}

/**
 * Bytes of one checkpoint: what trains, in 32 bits, and the optimizer's state of it. Counted from the
 * model's tensors where its config does not name its sizes; 0 where those cannot be read either.
 */
export async function checkpointBytes(
  settings: EffectiveSettings,
  shape: ModelShape | undefined,
  folder: string,
): Promise<number> {
  const tensors = async () => trainableShape(await readTensorShapes(folder));
  const sizes = shape ?? (await tensors().catch(() => undefined));
  if (!sizes) return 0;
  const { parameters, optimizerBytes } = trainedBy(settings, sizes);
  return Math.round(float32 * parameters + optimizerBytes);
}
