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

type Needing = Pick<
  RunSpec,
  "model" | "quantization" | "checkpointBytes" | "keepCheckpoints" | "trial"
>;

/** Bytes that a run writes, by part. A trial of a sweep writes checkpoints alone. */
export interface DiskNeed {
  /** All that are kept, the best, and the one that is being written. */
  checkpoints: number;
  /** The merged model, in 16 bits. */
  merged: number;
  /** The finished GGUF, and the one of 16 bits that it is quantised from, which goes then. */
  gguf: number;
  interim: number;
  /** Ollama keeps a copy of its own. */
  ollama: number;
  /** What is there at once when most is: the interim GGUF has gone before Ollama gets its copy. */
  peak: number;
}

/** The bytes that a run will write, by part, and the most of them that lie there at once. */
export function diskNeed(spec: Needing): DiskNeed {
  const { model, quantization, checkpointBytes = 0, keepCheckpoints } = spec;
  const checkpoints = (keepCheckpoints + 2) * checkpointBytes;
  if (spec.trial) {
    return { checkpoints, merged: 0, gguf: 0, interim: 0, ollama: 0, peak: checkpoints };
  }
  const format = String(quantization["output_quantization"]);
  const merged = 2 * model.parameters;
  const gguf = Math.ceil((model.parameters * (bits[format] ?? 8.5)) / 8);
  const interim = format === "f16" ? 0 : 2 * model.parameters;
  const ollama = gguf;
  const peak = checkpoints + merged + gguf + Math.max(interim, ollama);
  return { checkpoints, merged, gguf, interim, ollama, peak };
}

/** Errors: run_disk_budget, where a run would certainly end on a full disk. */
export async function requireDiskFor(ws: Workspace, spec: Needing): Promise<void> {
  const { peak: needed } = diskNeed(spec);
  const free = await freeBytes(ws.home);
  if (free >= needed) return;
  throw new AppError("run_disk_budget", {
    needed: bytesWords(needed),
    folder: ws.home,
    free: bytesWords(free),
  });
}
