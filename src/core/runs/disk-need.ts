import type { RunSpec } from "#contract/run.ts";

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

/**
 * Bytes that a run needs at its end: the merged model and the GGUF that is quantised from, both of
 * 16 bits, and the finished GGUF.
 */
export function neededDiskBytes({
  model,
  quantization,
}: Pick<RunSpec, "model" | "quantization">): number {
  const final = bits[String(quantization["output_quantization"])] ?? 8.5;
  return Math.ceil(model.parameters * (2 + 2 + final / 8));
}
