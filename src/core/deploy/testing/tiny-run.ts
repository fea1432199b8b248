import { copyFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { heldOutAnswerSchema, readLines } from "../golden.ts";
import type { TinyModel } from "./tiny-model.ts";

export interface TinyRunOptions {
  readonly id?: string;
  readonly targetName?: string;
  readonly modelfile?: Record<string, unknown>;
}

export const tinyModelfile = {
  temperature: 0.7,
  top_p: 0.9,
  top_k: 40,
  system: "You are a helpful assistant.",
  stop: ["### Question:"],
  repeat_penalty: 1.1,
  repeat_last_n: 64,
  num_ctx: 2048,
};

/** The folder of a finished run as far as deploying reads it, with a tiny model as its GGUF. */
export async function makeTinyRun(
  parent: string,
  tiny: TinyModel,
  options: TinyRunOptions = {},
): Promise<string> {
  const id = options.id ?? "20261122-153726-k3f9";
  const folder = join(parent, id);
  for (const name of ["gguf", "data", "evaluation"]) {
    await mkdir(join(folder, name), { recursive: true });
  }
  const spec = {
    id,
    project: { slug: "sky", name: "Sky" },
    targetName: options.targetName ?? "sky",
    quantization: { output_quantization: "f16" },
    modelfile: options.modelfile ?? tinyModelfile,
    template: { sha256: "0", source: "", system: "supported" },
  };
  await writeFile(join(folder, "run.json"), JSON.stringify(spec));
  await copyFile(tiny.gguf, join(folder, "gguf", "model-f16.gguf"));
  await writeFile(join(folder, "golden.jsonl"), await readFile(tiny.golden));
  const answers = await readLines(tiny.answers, heldOutAnswerSchema);
  const rows = answers.map(({ id: row, messages, text }) => ({
    id: row,
    messages: [...messages, { role: "assistant", content: text }],
  }));
  const lines = rows.map((row) => `${JSON.stringify(row)}\n`);
  await writeFile(join(folder, "data", "check.jsonl"), lines.join(""));
  const scores = answers.map(({ id: row, text }) => ({ id: row, answer: text, stops: true }));
  await writeFile(join(folder, "evaluation", "gguf.json"), JSON.stringify({ rows: scores }));
  return folder;
}
