import { Worker } from "node:worker_threads";
import { AppError, isErrorCode } from "#contract/errors.ts";
import type { DataReply, DataWork, DataWorks } from "./data-works.ts";
import type { Following } from "./progress.ts";

/** Bytes that are read in no longer than a thread takes to start. */
export const smallBytes = 4 << 20;
/** What rows are made of while they are read must not pile up; their numbers lie outside of this. */
const limits = { maxOldGenerationSizeMb: 512, maxYoungGenerationSizeMb: 4 };

/**
 * Long work with rows in a thread of its own, so that whoever asked stays quick and memory stays
 * small. Errors: those of the work; the signal's reason.
 */
export async function inDataThread<Kind extends keyof DataWorks>(
  kind: Kind,
  work: DataWorks[Kind]["work"],
  { signal, onProgress }: Following = {},
): Promise<DataWorks[Kind]["result"]> {
  signal?.throwIfAborted();
  const url = new URL("./data-worker.mjs", import.meta.url);
  const workerData: DataWork<Kind> = { kind, work };
  const worker = new Worker(url, { workerData, resourceLimits: limits });
  const stop = (): void => worker.postMessage("stop", []);
  signal?.addEventListener("abort", stop, { once: true });
  try {
    return await new Promise((resolve, reject) => {
      worker.on("message", (reply: DataReply<Kind>) => {
        if (reply.kind === "progress") onProgress?.(reply.done, reply.total, reply.step);
        else if (reply.kind === "result") resolve(reply.result);
        else if (signal?.aborted) reject(signal.reason as Error);
        else {
          const { code, params, message } = reply.error;
          reject(isErrorCode(code) ? new AppError(code, params) : new Error(message));
        }
      });
      const about = "sources" in work ? work.sources.map(({ name }) => name).join(", ") : work.slug;
      worker.on("error", (error) => reject(explainMemory(error, about)));
      worker.on("exit", () => reject(new Error("the thread that read rows ended early")));
    });
  } finally {
    signal?.removeEventListener("abort", stop);
    await worker.terminate();
  }
}

function explainMemory(error: Error, file: string): Error {
  if (!("code" in error) || error.code !== "ERR_WORKER_OUT_OF_MEMORY") return error;
  return new AppError("data_too_much_memory", { file }, { cause: error });
}
