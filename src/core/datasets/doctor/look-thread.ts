import { Worker } from "node:worker_threads";
import { AppError, isErrorCode } from "#contract/errors.ts";
import type { FindingReport } from "#contract/finding-report.ts";
import type { Workspace } from "../../workspace.ts";
import type { LookForOptions } from "./look.ts";
import type { LookReply, LookWork } from "./look-worker.ts";

/** What rows are made of while they are read must not pile up; their numbers lie outside of this. */
const limits = { maxOldGenerationSizeMb: 512, maxYoungGenerationSizeMb: 16 };

/**
 * `lookForFindings` in a thread of its own, so that whoever asked stays quick and memory stays small.
 * Errors: those of lookForFindings.
 */
export async function lookInThread(
  ws: Workspace,
  slug: string,
  { signal, onBytes }: LookForOptions = {},
): Promise<FindingReport> {
  signal?.throwIfAborted();
  const work: LookWork = { kind: "look", home: ws.home, slug };
  const url = new URL("./look-worker.ts", import.meta.url);
  const worker = new Worker(url, { workerData: work, resourceLimits: limits });
  const stop = (): void => worker.postMessage("stop", []);
  signal?.addEventListener("abort", stop, { once: true });
  try {
    return await new Promise<FindingReport>((resolve, reject) => {
      worker.on("message", (reply: LookReply) => {
        if (reply.kind === "bytes") onBytes?.(reply.done, reply.total);
        else if (reply.kind === "report") resolve(reply.report);
        else if (signal?.aborted) reject(signal.reason as Error);
        else {
          const { code, params, message } = reply.error;
          reject(isErrorCode(code) ? new AppError(code, params) : new Error(message));
        }
      });
      worker.on("error", reject);
      worker.on("exit", () => reject(new Error("the thread that looked ended early")));
    });
  } finally {
    signal?.removeEventListener("abort", stop);
    await worker.terminate();
  }
}
