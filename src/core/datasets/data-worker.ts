import { parentPort, workerData } from "node:worker_threads";
import { toErrorBody } from "#contract/errors.ts";
import type { ErrorBody } from "#contract/errors.ts";
import type { Finding, FindingReport } from "#contract/finding-report.ts";
import type { DoctorSettings } from "./doctor/row-findings.ts";
import type { NearPairs } from "./near-pairs.ts";
import type { DataSource, Placement } from "./place-rows.ts";
import type { DataStep, OnDataProgress } from "./progress.ts";
import type { StoreWork } from "./table/row-store.ts";

/* What threads do with rows. Each kind loads only what it needs, since a thread loads it anew. */

export interface DataWorks {
  /** Which rows of training files are nearly the same. */
  near: { work: { sources: DataSource[] }; result: NearPairs };
  /** The doctor's look at a project; its report is kept. */
  look: { work: { home: string; slug: string }; result: FindingReport };
  /** The doctor's look at files that belong to no project. */
  "look-files": {
    work: { sources: DataSource[]; settings: DoctorSettings };
    result: { findings: Finding[]; near: NearPairs };
  };
  /** Where every row goes. */
  place: {
    work: { sources: DataSource[]; seed: number; near: NearPairs | undefined };
    result: Placement;
  };
  /** A project's rows, read into a store. */
  store: { work: StoreWork; result: null };
}
type Kind = keyof DataWorks;

export interface DataWork<K extends Kind = Kind> {
  kind: K;
  work: DataWorks[K]["work"];
}
export type DataReply<K extends Kind = Kind> =
  | { kind: "progress"; done: number; total: number; step: DataStep }
  | { kind: "result"; result: DataWorks[K]["result"] }
  | { kind: "failed"; error: ErrorBody };

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
