import { Buffer } from "node:buffer";
import { open, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { z } from "zod";
import { runStateSchema } from "#contract/run.ts";
import type { RunState } from "#contract/run.ts";
import { writeFileAtomic } from "../files/atomic.ts";

/*
 * state.json beside events.jsonl: the fold of a run that ended, so that a workspace with thousands
 * of runs need not be read through at each start. The log stays the truth: what does not fit to its
 * bytes is left alone, and deleting the file loses nothing.
 */

/** To be raised where the fold changes what it makes of the same events. */
const foldVersion = 1;
const tailBytes = 200;

const summarySchema = z.object({
  foldVersion: z.literal(foldVersion),
  /** How many bytes of the log are folded in. */
  offset: z.int().positive(),
  /** The last of these bytes, as a mark of the very log. */
  tail: z.string(),
  state: runStateSchema,
});

const fileOf = (events: string): string => join(dirname(events), "state.json");

/** The state of a log up to a byte, if it was kept and belongs to this log. */
export async function readSummary(
  events: string,
): Promise<{ state: RunState; offset: number } | undefined> {
  try {
    const text = await readFile(fileOf(events), "utf8");
    const summary = summarySchema.safeParse(JSON.parse(text));
    if (!summary.success) return undefined;
    const { offset, tail, state } = summary.data;
    return (await tailOf(events, offset)) === tail ? { state, offset } : undefined;
  } catch {
    return undefined;
  }
}

/** Keeps the state of a log up to a byte; where that cannot be, nothing is lost. */
export async function keepSummary(
  events: string,
  { state, offset }: { state: RunState; offset: number },
): Promise<void> {
  try {
    const summary = { foldVersion, offset, tail: await tailOf(events, offset), state };
    await writeFileAtomic(fileOf(events), JSON.stringify(summary));
  } catch {
    // A workspace that cannot be written is read all the same.
  }
}

async function tailOf(path: string, end: number): Promise<string> {
  const length = Math.min(tailBytes, end);
  const file = await open(path, "r");
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, end - length);
    return buffer.toString("base64", 0, bytesRead);
  } finally {
    await file.close();
  }
}
