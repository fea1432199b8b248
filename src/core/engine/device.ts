import os from "node:os";
import { AppError, errorBodySchema, isErrorCode } from "#contract/errors.ts";
import { deviceReplySchema, type DeviceReply } from "#contract/trainer.ts";
import type { EnginePaths } from "./paths.ts";
import { runTool } from "./tool.ts";
import { trainerEnvironment } from "./trainer-environment.ts";

/** Asks the engine what it would train on. Errors: python_failed, and what the trainer reports. */
export async function readEngineDevice(paths: EnginePaths): Promise<DeviceReply> {
  const { code, lines, stdout } = await runTool(
    paths.python,
    ["-m", "tunesmith_trainer", "device"],
    { env: trainerEnvironment(paths) },
  );
  const reply = parseJson(stdout);
  const device = deviceReplySchema.safeParse(reply);
  if (code === 0 && device.success) return device.data;
  const error = errorBodySchema.safeParse((reply as { error?: unknown } | undefined)?.error);
  if (error.success && isErrorCode(error.data.code))
    throw new AppError(error.data.code, error.data.params);
  const log = lines.slice(-3).join(" ");
  throw new AppError("python_failed", { detail: `exit status ${code ?? "none"}`, log });
}

/** What can be told before the engine is there: a GPU by its driver's tool, else the processor. */
export async function guessDevice(): Promise<DeviceReply> {
  const cores = os.availableParallelism();
  const common = { threads: cores, cores, flags: [], reason: "read without the training engine" };
  const query = ["--query-gpu=name,memory.total,memory.free", "--format=csv,noheader,nounits"];
  const { code, stdout } = await runTool("nvidia-smi", query);
  const [name, total, free] = code === 0 ? (stdout.split("\n")[0] ?? "").split(/,\s*/) : [];
  if (name && Number(total) > 0)
    return {
      ...common,
      type: "cuda",
      name,
      memoryBytes: Number(total) * 2 ** 20,
      freeBytes: Number(free) * 2 ** 20,
      bf16: false,
      fp16: true,
    };
  return {
    ...common,
    type: process.platform === "darwin" && process.arch === "arm64" ? "mps" : "cpu",
    name: os.cpus()[0]?.model.trim() ?? "unknown processor",
    memoryBytes: os.totalmem(),
    freeBytes: os.freemem(),
    bf16: false,
    fp16: false,
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
