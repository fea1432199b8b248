import { peakBytes } from "./estimate.ts";
import type { MemoryInput } from "./estimate.ts";

/** What a run needs with every other rung of the ladder taken, whole and in 4 bits. */
export interface FourBitNeed {
  wholeBytes: number;
  fourBitBytes: number;
  freeBytes: number;
}

/** Where nothing but 4 bits lets a run fit, what it would need; undefined everywhere else. */
export function fourBitNeed(input: MemoryInput): FourBitNeed | undefined {
  const { settings, device } = input;
  const { training_config: training, quantization_config: quantization } = settings;
  if (quantization["load_in_4bit"] === true) return undefined;
  const lowest = {
    ...settings,
    training_config: {
      ...training,
      per_device_train_batch_size: 1,
      gradient_checkpointing: true,
    },
  };
  const four = { ...lowest, quantization_config: { ...quantization, load_in_4bit: true } };
  const [wholeBytes, fourBitBytes] = [peakBytes(input, lowest), peakBytes(input, four)];
  const { freeBytes } = device;
  if (wholeBytes <= freeBytes || fourBitBytes > freeBytes) return undefined;
  return { wholeBytes, fourBitBytes, freeBytes };
}
