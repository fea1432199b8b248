import os from "node:os";
import type { DeviceReply } from "#contract/trainer.ts";
import { runTool } from "./tool.ts";

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
