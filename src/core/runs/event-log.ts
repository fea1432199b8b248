import { Buffer } from "node:buffer";
import { open } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import type { RunEvent, RunEventBody } from "#contract/events.ts";
import { explainFullDisk } from "../files/atomic.ts";
import { isMissing } from "../files/error-code.ts";

const chunkBytes = 4 << 20;

/**
 * The events of a file in order. A last line without its newline is still being written and is
 * skipped; a line that is no JSON (torn by a crash, then written on) is skipped too.
 */
export async function readEventLog(path: string): Promise<RunEvent[]> {
  const events: RunEvent[] = [];
  let offset = 0;
  for (;;) {
    const read = await readEventsFrom(path, offset);
    if (read.next === offset) return events;
    events.push(...read.events);
    offset = read.next;
  }
}

/** Events of the whole lines from byte `offset` on (4 MiB at most), and where the next begin. */
export async function readEventsFrom(
  path: string,
  offset: number,
): Promise<{ events: RunEvent[]; next: number }> {
  let file: FileHandle;
  try {
    file = await open(path, "r");
  } catch (error) {
    if (isMissing(error)) return { events: [], next: offset };
    throw error;
  }
  try {
    const { size } = await file.stat();
    if (size <= offset) return { events: [], next: offset };
    const wanted = Math.min(size - offset, chunkBytes);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(wanted), 0, wanted, offset);
    const end = buffer.subarray(0, bytesRead).lastIndexOf(0x0a) + 1;
    return { events: parseEvents(buffer.toString("utf8", 0, end)), next: offset + end };
  } finally {
    await file.close();
  }
}

/** Whole lines as events; what is no event is left out. */
export function parseEvents(text: string): RunEvent[] {
  const events: RunEvent[] = [];
  for (const line of text.split("\n")) {
    if (line === "") continue;
    try {
      const event = JSON.parse(line) as RunEvent;
      if (typeof event.type === "string" && Number.isInteger(event.seq)) events.push(event);
    } catch {
      // Torn by a crash: the attempt after it starts on a line of its own.
    }
  }
  return events;
}

/** An event, and for one of the trainer the byte in trainer.jsonl behind it. */
export type NewEvent = RunEventBody & { offset?: number };

/** The one writer of a run's events.jsonl: gives each event its seq and attempt. */
export interface EventWriter {
  readonly attempt: number;
  /** How much of trainer.jsonl stands in the log already. */
  readonly trainerOffset: number;
  append: (event: NewEvent) => Promise<void>;
  /** Appends and waits until the system has it on the disk. */
  appendDurably: (event: NewEvent) => Promise<void>;
  close: () => Promise<void>;
}

/**
 * Opens the log for a new attempt, or for a last word of the same; numbering goes on where it ended.
 */
export async function openEventWriter(
  path: string,
  options: { attempt?: "new" | "same" } = {},
): Promise<EventWriter> {
  const before = await readEventLog(path);
  const last = before.at(-1);
  const attempt = Math.max(1, (last?.attempt ?? 0) + (options.attempt === "same" ? 0 : 1));
  let seq = last?.seq ?? 0;
  const file = await open(path, "a+");
  if (await endsTorn(file)) await file.write("\n");
  // Events come from two sources (trainer and runner): one at a time keeps lines whole.
  let queue = Promise.resolve();
  const write = async (event: NewEvent, durably: boolean): Promise<void> => {
    const line = JSON.stringify({ seq: seq + 1, attempt, ...event });
    try {
      await file.appendFile(`${line}\n`);
      if (durably) await file.sync();
    } catch (error) {
      throw await explainFullDisk(error, path);
    }
    seq += 1;
  };
  const append = (event: NewEvent, durably: boolean): Promise<void> => {
    const written = queue.then(() => write(event, durably));
    queue = written.catch(() => undefined);
    return written;
  };
  return {
    attempt,
    trainerOffset: before.findLast((event) => event.offset !== undefined)?.offset ?? 0,
    append: (event) => append(event, false),
    appendDurably: (event) => append(event, true),
    close: async () => {
      await queue;
      await file.close();
    },
  };
}

async function endsTorn(file: FileHandle): Promise<boolean> {
  const { size } = await file.stat();
  if (size === 0) return false;
  const { buffer } = await file.read(new Uint8Array(1), 0, 1, size - 1);
  return buffer[0] !== 0x0a;
}
