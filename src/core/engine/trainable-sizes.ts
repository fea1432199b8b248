import type { DeviceReply } from "#contract/trainer.ts";

/** How many parameters a model may have, by how its frozen weights are kept. */
export interface TrainableSizes {
  /** Weights in 16 bits (32 on a device without bf16 and fp16). */
  lora: number;
  /** Weights in 4 bits (QLoRA); undefined where the device has no 4-bit kernels. */
  qlora?: number;
  /** Bytes per weight that `lora` counts with: 2 or 4. */
  weightBytes: number;
  /** What sets the larger of both: the device's memory, or the machine's at the merge, or its disk. */
  limitedBy: "device" | "memory" | "disk";
}

/** What a run needs besides the model: libraries, CUDA's context, activations, logits. */
const overheadBytes = { cpu: 1.5e9, mps: 1.5e9, cuda: 3e9 };

/** The part of a memory that a run can have; the system and other programs keep the rest. */
const share = { cpu: 0.75, mps: 0.75, cuda: 0.9 };

/**
 * LoRA at rank 32 on every linear layer trains about 1.2 % of a model's parameters. Each takes 16
 * bytes with AdamW (weight, gradient and two moments in fp32), 10 with its 8-bit form.
 */
const adapterBytes = { cpu: 0.012 * 16, mps: 0.012 * 16, cuda: 0.012 * 10 };

/** nf4 with double quantisation: 4.127 bits (QLoRA, Dettmers et al. 2023, section 3), and what stays in 16 bits. */
const nf4Bytes = 0.55;

/**
 * The base, the merged model and the f16 GGUF at 2 bytes per parameter each, and a Q8_0 of it:
 * what lies on the disk when a run ends.
 */
const diskBytes = 7.1;

/**
 * A rule of thumb for what fits, with the default settings and rows of 512 tokens:
 * parameters = (memory × share − overhead) / (bytes per weight + bytes of the adapter per weight),
 * and no more than the merge, which loads the base unquantised into the machine's own memory, and
 * the disk allow. `memoryBytes` and `diskBytes` are the machine's, `device` may be a GPU.
 */
export function trainableSizes(
  device: DeviceReply,
  machine: { memoryBytes: number; freeDiskBytes: number },
): TrainableSizes {
  const { type } = device;
  const weightBytes = type === "cuda" || device.bf16 ? 2 : 4;
  const budget = Math.max(0, device.memoryBytes * share[type] - overheadBytes[type]);
  const merge =
    Math.max(0, machine.memoryBytes * share.cpu - overheadBytes.cpu) / (device.bf16 ? 2.2 : 4.2);
  const disk = machine.freeDiskBytes / diskBytes;
  const fits = (perWeight: number): number =>
    Math.floor(Math.min(budget / (perWeight + adapterBytes[type]), merge, disk));
  const lora = fits(weightBytes);
  const qlora = type === "mps" ? undefined : fits(nf4Bytes);
  const largest = qlora ?? lora;
  const limitedBy =
    largest === Math.floor(disk) ? "disk" : largest === Math.floor(merge) ? "memory" : "device";
  return { lora, ...(qlora === undefined ? {} : { qlora }), weightBytes, limitedBy };
}

/** As people name models: "360 M", "1.7 B", "34 B". */
export function parameterCount(parameters: number): string {
  if (parameters < 1e9) return `${Math.floor(parameters / 1e6)} M`;
  const billions = parameters / 1e9;
  return `${billions < 10 ? Math.floor(billions * 10) / 10 : Math.floor(billions)} B`;
}
