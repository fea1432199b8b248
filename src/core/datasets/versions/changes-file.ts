import type { Buffer } from "node:buffer";
import { createReadStream } from "node:fs";
import type { Conversation } from "#contract/dataset.ts";
import { AppError } from "#contract/errors.ts";
import type { FindingCode } from "#contract/findings.ts";
import { readLines } from "../line-reader.ts";
import { contentHash } from "../scanned-row.ts";
import type { ScannedRow } from "../scanned-row.ts";

/**
 * What a version says of one row of the original: it is left out because of a finding, or it reads
 * otherwise. A version is a file of these, one JSON object per line, ascending by `line`.
 */
export type ChangedRow = { line: number } & (
  | { out: FindingCode }
  | Pick<Conversation, "messages" | "text" | "tools">
);

/** Far more than any row holds. */
const longestLine = 1 << 28;

/** Gives what a version says of rows that are asked for in ascending order. */
export interface ChangeCursor {
  at: (line: number) => Promise<ChangedRow | undefined>;
  close: () => Promise<void>;
}

/** Reads along; memory holds some lines, never the file. `path` undefined = nothing is changed. */
export function openChanges(path: string | undefined): ChangeCursor {
  const lines = path === undefined ? undefined : readLines(chunksOf(path), longestLine);
  let waiting: ChangedRow[] = [];
  let next = 0;
  const peek = async (): Promise<ChangedRow | undefined> => {
    while (next >= waiting.length) {
      const read = await lines?.next();
      if (!read || read.done) return undefined;
      waiting = read.value.flatMap(({ bytes }) =>
        bytes === null ? [] : (JSON.parse(bytes.toString("utf8")) as ChangedRow),
      );
      next = 0;
    }
    return waiting[next];
  };
  return {
    at: async (line) => {
      for (;;) {
        const change = waiting[next] ?? (await peek());
        if (!change || change.line > line) return undefined;
        if (change.line === line) return change;
        next += 1;
      }
    },
    close: async () => void (await lines?.return(undefined)),
  };
}

const chunksOf = (path: string): AsyncIterable<Buffer> =>
  createReadStream(path, { highWaterMark: 1 << 20 });

/** The rows of a data file as a version of it has them. */
export async function* applyChanges(
  scanned: AsyncIterable<ScannedRow[]>,
  path: string,
): AsyncGenerator<ScannedRow[]> {
  const changes = openChanges(path);
  try {
    for await (const rows of scanned) {
      const result: ScannedRow[] = [];
      for (const row of rows) result.push(changeRow(row, await changes.at(row.line)));
      yield result;
    }
  } finally {
    await changes.close();
  }
}

function changeRow(row: ScannedRow, change: ChangedRow | undefined): ScannedRow {
  if (!change) return row;
  const { file, line } = row;
  if ("out" in change) {
    const reason = new AppError("row_fixed_away", { line, file, finding: change.out }).toBody();
    return { file, line, reason };
  }
  const side = "side" in row && row.side !== undefined ? { side: row.side } : {};
  const { messages, text, tools } = change;
  const conversation = { messages, ...(text !== undefined && { text }), ...(tools && { tools }) };
  return { file, line, ...conversation, hash: contentHash(conversation), ...side };
}
