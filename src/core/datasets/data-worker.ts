import { parentPort, workerData } from "node:worker_threads";
import { toErrorBody } from "#contract/errors.ts";
import type { DataReply, DataWork, DataWorks } from "./data-works.ts";
import type { OnDataProgress } from "./progress.ts";

/* What threads do with rows. Each kind loads only what it needs, since a thread loads it anew. */

type Kind = keyof DataWorks;

interface Carrying {
  signal: AbortSignal;
  onProgress: OnDataProgress;
}

const carriers: {
  [K in Kind]: (work: DataWorks[K]["work"], carrying: Carrying) => Promise<DataWorks[K]["result"]>;
} = {
  near: async ({ sources }, carrying) => {
    const { findNearPairs } = await import("./find-near-pairs.ts");
    return findNearPairs(sources, carrying);
  },
  look: async ({ home, slug }, carrying) => {
    const { lookForFindings } = await import("./doctor/look.ts");
    return lookForFindings({ home }, slug, carrying);
  },
  "look-files": async ({ sources, settings }, carrying) => {
    const { lookThrough } = await import("./doctor/look-through.ts");
    const { findings, near } = await lookThrough(sources, { ...settings, ...carrying });
    return { findings: findings.map(({ finding }) => finding), near };
  },
  place: async ({ sources, seed, near }, carrying) => {
    const { placeRows } = await import("./place-rows.ts");
    return placeRows(sources, { ...carrying, seed, near, reportsUnreadable: true });
  },
  store: async (work, carrying) => {
    const { buildRowStore } = await import("./table/row-store.ts");
    await buildRowStore(work, carrying);
    return null;
  },
};

const port = parentPort;
if (!port) throw new Error("this module runs in a worker");
const reply = (message: DataReply): void => port.postMessage(message);

async function carry<K extends Kind>({ kind, work }: DataWork<K>): Promise<void> {
  const abort = new AbortController();
  // Any message is the wish to stop.
  port?.on("message", () => abort.abort());
  try {
    const onProgress: OnDataProgress = (done, total, step) =>
      reply({ kind: "progress", done, total, step });
    const result = await carriers[kind](work, { signal: abort.signal, onProgress });
    reply({ kind: "result", result });
  } catch (error) {
    reply({ kind: "failed", error: toErrorBody(error) });
  }
}

const order = workerData as DataWork | undefined;
if (order && order.kind in carriers) await carry(order);
