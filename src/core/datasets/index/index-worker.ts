import { parentPort, workerData } from "node:worker_threads";
import { toErrorBody } from "#contract/errors.ts";
import type { ErrorBody } from "#contract/errors.ts";
import { buffersOf } from "./columns.ts";
import type { Columns } from "./columns.ts";
import { indexLines } from "./index-lines.ts";
import type { Stretch } from "./index-lines.ts";
import { indexRows } from "./index-rows.ts";
import type { IndexedFile } from "./index-rows.ts";

/*
 * Reads rows in a thread of its own, so that neither a page nor a damaged file that fills the memory
 * can stop the process. A stretch of lines is indexed when asked for; any other file is read whole.
 */

export type IndexOrder =
  | { kind: "lines"; part: number; stretch: Stretch }
  | { kind: "file"; path: string; file: IndexedFile };

export type IndexReply =
  | { kind: "progress"; done: number }
  | { kind: "part"; part: number; columns: Columns; lines: number }
  | { kind: "failed"; error: ErrorBody };

const port = parentPort;
if (!port) throw new Error("this module runs in a worker");

const reply = (message: IndexReply, moved: ArrayBuffer[] = []): void => {
  port.postMessage(message, moved);
};

/** Each stretch is read over the one before: new memory for each would pile up. */
let room = Buffer.allocUnsafeSlow(0);

async function carry(order: IndexOrder): Promise<void> {
  if (order.kind === "lines") {
    const { start, end } = order.stretch;
    if (room.length < end - start) room = Buffer.allocUnsafeSlow(end - start);
    const { columns, lines } = indexLines(order.stretch, room);
    reply({ kind: "part", part: order.part, columns, lines }, buffersOf(columns));
    return;
  }
  const onBytes = (done: number): void => reply({ kind: "progress", done });
  const columns = await indexRows(order.path, order.file, { onBytes });
  reply({ kind: "part", part: 0, columns, lines: 0 }, buffersOf(columns));
}

async function carryOrFail(order: IndexOrder): Promise<void> {
  try {
    await carry(order);
  } catch (error) {
    reply({ kind: "failed", error: toErrorBody(error) });
  }
}

if (workerData === "index") port.on("message", (order: IndexOrder) => void carryOrFail(order));
