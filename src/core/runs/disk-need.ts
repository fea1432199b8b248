import { AppError } from "#contract/errors.ts";
import type { RunSpec } from "#contract/run.ts";
import { freeBytes } from "../engine/disk.ts";
import type { Workspace } from "../workspace.ts";
import { bytesWords } from "./disk-reserve.ts";

/** Bits per weight of a GGUF's formats, as the trainer's quantize.py counts them. */
const bits: Record<string, number> = {
  f32: 32,
  f16: 16,
  bf16: 16,
  q8_0: 8.5,
  q6_k: 6.6,
  q5_k_m: 5.7,
  q4_k_m: 5,
  q4_k_s: 5,
};

type Needing = Pick<RunSpec, "model" | "quantization" | "memory" | "keepCheckpoints" | "trial">;

/**
 * Bytes that a run writes: its checkpoints, and at its end the merged model and the GGUF that is
 * quantised from, both of 16 bits, and the finished GGUF. A trial of a sweep has no such end.
 */
export function neededDiskBytes(spec: Needing): number {
  const { model, quantization } = spec;
  const final = bits[String(quantization["output_quantization"])] ?? 8.5;
  const exported = spec.trial ? 0 : Math.ceil(model.parameters * (2 + 2 + final / 8));
  return checkpointsBytes(spec) + exported;
}

/** Adapter and optimizer of each that is kept, of the best, and of the one that is being written. */
function checkpointsBytes({ memory, keepCheckpoints }: Needing): number {
  const held = memory?.parts.filter(({ part }) => part === "adapter" || part === "optimizer") ?? [];
  return (keepCheckpoints + 2) * held.reduce((sum, { bytes }) => sum + bytes, 0);
}

/** Errors: run_disk_budget, where a run would certainly end on a full disk. */
export async function requireDiskFor(ws: Workspace, spec: Needing): Promise<void> {
  const needed = neededDiskBytes(spec);
  const free = await freeBytes(ws.home);
  if (free >= needed) return;
  throw new AppError("run_disk_budget", {
    needed: bytesWords(needed),
    folder: ws.home,
    free: bytesWords(free),
  });
}
