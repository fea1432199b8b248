import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, rename, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export type TinyTemplate =
  | "chatml"
  | "extra-newline"
  | "thinking"
  | "begin"
  | "unpadded"
  | "unpadded-extra-newline";

export interface TinyModelOptions {
  /** The template inside the GGUF. */
  readonly embed?: TinyTemplate;
  /** The template that the golden conversations were rendered with. */
  readonly train?: TinyTemplate;
  readonly behaviour?: "stops" | "loops" | "tie" | "end-tie";
  readonly addBeginToken?: boolean;
}

export interface TinyModel {
  readonly folder: string;
  readonly gguf: string;
  readonly golden: string;
  readonly answers: string;
}

const script = fileURLToPath(new URL("make-tiny-gguf.py", import.meta.url));

/** A GGUF whose answers are known, with golden conversations; made once per set of options. */
export async function makeTinyModel(options: TinyModelOptions = {}): Promise<TinyModel> {
  const flags = [
    `--embed=${options.embed ?? "chatml"}`,
    `--train=${options.train ?? "chatml"}`,
    `--behaviour=${options.behaviour ?? "stops"}`,
    ...(options.addBeginToken ? ["--add-begin-token"] : []),
  ];
  const key = createHash("sha256")
    .update(await readFile(script))
    .update(flags.join(" "));
  const cache = join(tmpdir(), "tunesmith-tiny-models");
  const folder = join(cache, key.digest("hex").slice(0, 16));
  if (!existsSync(folder)) {
    const part = `${folder}.${process.pid}.${Date.now()}`;
    await mkdir(cache, { recursive: true });
    await runPython(["make", part, ...flags], "");
    // Another worker may have been faster; the models are the same.
    await rename(part, folder).catch(() => rm(part, { recursive: true, force: true }));
  }
  return {
    folder,
    gguf: join(folder, "model-f16.gguf"),
    golden: join(folder, "golden.jsonl"),
    answers: join(folder, "answers.jsonl"),
  };
}

/** The tokens of texts as the tiny model's training tokenizer splits them. */
export async function tokeniseTiny(
  model: TinyModel,
  texts: readonly string[],
): Promise<{ id: number; piece: string }[][]> {
  const input = texts.map((text) => `${JSON.stringify(text)}\n`).join("");
  const output = await runPython(["tokenise", model.folder], input);
  return output
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as { id: number; piece: string }[]);
}

async function runPython(args: string[], input: string): Promise<string> {
  const { TUNESMITH_PYTHON: python, TUNESMITH_LLAMA: llama } = process.env;
  if (!python || !llama) {
    throw new Error("Set TUNESMITH_PYTHON and TUNESMITH_LLAMA to those of an installed engine.");
  }
  const child = spawn(python, [script, ...args], {
    stdio: ["pipe", "pipe", "inherit"],
    env: { ...process.env, PYTHONPATH: join(llama, "source", "gguf-py"), PYTHONUTF8: "1" },
  });
  const chunks: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
  child.stdin.end(input);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  if (code !== 0) throw new Error(`make-tiny-gguf.py ended with ${code}`);
  return Buffer.concat(chunks).toString("utf8");
}
