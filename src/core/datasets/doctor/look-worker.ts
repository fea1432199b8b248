import { parentPort, workerData } from "node:worker_threads";
import { toErrorBody } from "#contract/errors.ts";
import type { ErrorBody } from "#contract/errors.ts";
import type { FindingReport } from "#contract/finding-report.ts";
import { lookForFindings } from "./look.ts";

/** What the thread is started for. */
export interface LookWork {
  kind: "look";
  home: string;
  slug: string;
}
export type LookReply =
  | { kind: "bytes"; done: number; total: number }
  | { kind: "report"; report: FindingReport }
  | { kind: "failed"; error: ErrorBody };

const port = parentPort;
if (!port) throw new Error("this module runs in a worker");
const reply = (message: LookReply): void => port.postMessage(message);

async function look({ home, slug }: LookWork): Promise<void> {
  const abort = new AbortController();
  // Any message is the wish to stop.
  port?.on("message", () => abort.abort());
  try {
    const report = await lookForFindings({ home }, slug, {
      signal: abort.signal,
      onBytes: (done, total) => reply({ kind: "bytes", done, total }),
    });
    reply({ kind: "report", report });
  } catch (error) {
    reply({ kind: "failed", error: toErrorBody(error) });
  }
}

const work = workerData as LookWork;
if (work.kind === "look") await look(work);
