import { open, stat } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import { AppError, isErrorCode } from "#contract/errors.ts";
import type { ErrorBody } from "#contract/errors.ts";
import { smallBytes } from "../data-thread.ts";
import { detectFormat } from "../formats/detect.ts";
import type { ReadPlan } from "../formats/format.ts";
import { joinColumns } from "./columns.ts";
import type { Columns } from "./columns.ts";
import { indexLines } from "./index-lines.ts";
import type { Stretch } from "./index-lines.ts";
import { indexRows } from "./index-rows.ts";
import type { IndexedFile } from "./index-rows.ts";
import type { IndexOrder, IndexReply } from "./index-worker.ts";

export interface IndexOptions {
  signal?: AbortSignal;
  /** Called with the bytes of the file that were read so far, and all of them. */
  onProgress?: (done: number, total: number) => void;
  /** How much of a file of lines a thread reads at a time. */
  stretchBytes?: number;
}

/** All rows of a file: where they stand, what is wrong with them, and a key of each one's content. */
export interface RowIndex extends Columns {
  plan: ReadPlan;
}

const usualStretch = 8 << 20;
/** Two threads are as fast as the disk on most machines, and leave the others to whoever works there. */
const mostThreads = 4;
const limits = { maxOldGenerationSizeMb: 1024, maxYoungGenerationSizeMb: 16 };
const lineLimits = { maxOldGenerationSizeMb: 96, maxYoungGenerationSizeMb: 4 };

/**
 * Reads a file once, in threads of its own. JSON lines are cut into stretches that are read side by
 * side. Errors: data_*, and data_too_much_memory where reading would take more than there is.
 */
export async function indexFile(
  path: string,
  file: IndexedFile,
  options: IndexOptions = {},
): Promise<RowIndex> {
  options.signal?.throwIfAborted();
  const { plan } = await detectFormat(path, file);
  const isPlain =
    file.changes === undefined &&
    plan.container === "jsonl" &&
    !plan.compressed &&
    plan.encoding === "utf-8";
  const columns = isPlain
    ? await indexByStretches(path, file.name, plan, options)
    : await indexWhole(path, file, plan, options);
  return { ...columns, plan };
}

async function indexByStretches(
  path: string,
  name: string,
  plan: ReadPlan,
  { signal, onProgress, stretchBytes = usualStretch }: IndexOptions,
): Promise<Columns> {
  const file = await open(path);
  try {
    const stretches = await cut(file, name, plan, stretchBytes);
    const total = stretches.at(-1)?.textEnd ?? 0;
    const parts: { columns: Columns; lines: number }[] = [];
    let next = 0;
    let done = stretches[0]?.textStart ?? 0;
    if (total <= smallBytes) {
      for (const [part, stretch] of stretches.entries()) parts[part] = indexLines(stretch);
      onProgress?.(total, total);
    }
    const count =
      total <= smallBytes ? 0 : Math.min(availableParallelism(), mostThreads, stretches.length);
    const carry = (order: (index: IndexOrder) => void): boolean => {
      const part = next++;
      const stretch = stretches[part];
      if (!stretch) return false;
      order({ kind: "lines", part, stretch });
      return true;
    };
    const threads = Array.from({ length: count }, () =>
      inWorker({
        limits: lineLimits,
        name,
        signal,
        begin: carry,
        take: (reply, order) => {
          if (reply.kind !== "part") return true;
          parts[reply.part] = { columns: reply.columns, lines: reply.lines };
          const { start, end } = stretches[reply.part] ?? { start: 0, end: 0 };
          done += end - start;
          onProgress?.(Math.min(done, total), total);
          return carry(order);
        },
      }),
    );
    await allOrFirstFault(threads);
    let lines = 0;
    return joinColumns(
      parts.map((part) => {
        const placed = { columns: part.columns, lines };
        lines += part.lines;
        return placed;
      }),
    );
  } finally {
    await file.close();
  }
}

async function cut(
  file: FileHandle,
  name: string,
  plan: ReadPlan,
  stretchBytes: number,
): Promise<Stretch[]> {
  const { size: textEnd } = await file.stat();
  const head = Buffer.alloc(3);
  await file.read(head, 0, 3, 0);
  const textStart = head.equals(Buffer.from([0xef, 0xbb, 0xbf])) ? 3 : 0;
  const stretches: Stretch[] = [];
  for (let start = textStart; start < textEnd; start += stretchBytes) {
    const end = Math.min(start + stretchBytes, textEnd);
    stretches.push({ file: file.fd, textStart, textEnd, start, end, name, columns: plan.columns });
  }
  return stretches;
}

async function indexWhole(
  path: string,
  file: IndexedFile,
  plan: ReadPlan,
  { signal, onProgress }: IndexOptions,
): Promise<Columns> {
  const { size } = await stat(path);
  const risky = plan.container === "xlsx" || plan.container === "parquet" || plan.compressed;
  if (!risky && size <= smallBytes) {
    const onBytes = (done: number): void => onProgress?.(done, size);
    return indexRows(path, file, { onBytes, ...(signal && { signal }) });
  }
  let found: Columns | undefined;
  await inWorker({
    limits,
    name: file.name,
    signal,
    begin: (order) => {
      order({ kind: "file", path, file: said(file) });
      return true;
    },
    take: (reply) => {
      if (reply.kind === "progress") onProgress?.(Math.min(reply.done, size), size);
      else if (reply.kind === "part") found = reply.columns;
      return !found;
    },
  });
  if (!found) throw new Error("the worker gave no index");
  return found;
}

/** Only what a reader needs, since it is sent to a thread. */
const said = ({ name, mapping, changes }: IndexedFile): IndexedFile => ({
  name,
  ...(mapping && { mapping }),
  ...(changes !== undefined && { changes }),
});

interface Task {
  limits: { maxOldGenerationSizeMb: number; maxYoungGenerationSizeMb: number };
  name: string;
  signal: AbortSignal | undefined;
  /** Gives the first order; false where there is none. */
  begin: (order: (order: IndexOrder) => void) => boolean;
  /** Takes a reply; false when the worker's work is done. */
  take: (reply: IndexReply, order: (order: IndexOrder) => void) => boolean;
}

/** A worker for a task, ended with it or with the signal. */
async function inWorker({
  limits: resourceLimits,
  name,
  signal,
  begin,
  take,
}: Task): Promise<void> {
  signal?.throwIfAborted();
  const url = new URL("./index-worker.mjs", import.meta.url);
  const worker = new Worker(url, { workerData: "index", resourceLimits });
  const order = (message: IndexOrder): void => worker.postMessage(message, []);
  const work = new Promise<void>((resolve, reject) => {
    worker.on("message", (reply: IndexReply) => {
      if (reply.kind === "failed") reject(asError(reply.error));
      else if (!take(reply, order)) resolve();
    });
    worker.on("error", (error) => reject(explainMemory(error, name)));
    worker.on("exit", () => reject(new Error("the worker ended early")));
    signal?.addEventListener("abort", () => reject(signal.reason as Error), { once: true });
    if (!begin(order)) resolve();
  });
  try {
    await work;
  } finally {
    await worker.terminate();
  }
}

function asError({ code, params, message }: ErrorBody): Error {
  return isErrorCode(code) ? new AppError(code, params) : new Error(message);
}

function explainMemory(error: Error, name: string): Error {
  if (!("code" in error) || error.code !== "ERR_WORKER_OUT_OF_MEMORY") return error;
  return new AppError("data_too_much_memory", { file: name }, { cause: error });
}

/** Waits for all, so that no worker outlives a fault of another one. */
async function allOrFirstFault(threads: Promise<void>[]): Promise<void> {
  const results = await Promise.allSettled(threads);
  for (const result of results) if (result.status === "rejected") throw result.reason;
}
