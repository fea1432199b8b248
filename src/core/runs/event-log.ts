import { open, readFile } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import type { RunEvent, RunEventBody } from "#contract/events.ts";
import { explainFullDisk } from "../files/atomic.ts";
import { isMissing } from "../files/error-code.ts";

/**
 * The events of a file in order. A last line without its newline is still being written and is
 * skipped; a line that is no JSON (torn by a crash, then written on) is skipped too.
 */
export async function readEventLog(path: string): Promise<RunEvent[]> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
  return parseEvents(text.slice(0, text.lastIndexOf("\n") + 1));
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

/** The one writer of a run's events.jsonl: gives each event its seq and attempt. */
export interface EventWriter {
  readonly attempt: number;
  append(event: RunEventBody): Promise<void>;
  /** Appends and waits until the system has it on the disk. */
  appendDurably(event: RunEventBody): Promise<void>;
  close(): Promise<void>;
}

/** Opens the log for a new attempt; numbering goes on where the last attempt ended. */
export async function openEventWriter(path: string): Promise<EventWriter> {
  const before = await readEventLog(path);
  const last = before.at(-1);
  const attempt = (last?.attempt ?? 0) + 1;
  let seq = last?.seq ?? 0;
  const file = await open(path, "a+");
  if (await endsTorn(file)) await file.write("\n");
  // Events come from two sources (trainer and runner): one at a time keeps lines whole.
  let queue = Promise.resolve();
  const write = async (event: RunEventBody, durably: boolean): Promise<void> => {
    const line = JSON.stringify({ seq: seq + 1, attempt, ...event });
    try {
      await file.appendFile(`${line}\n`);
      if (durably) await file.sync();
    } catch (error) {
      throw await explainFullDisk(error, path);
    }
    seq += 1;
  };
  const append = (event: RunEventBody, durably: boolean): Promise<void> => {
    const written = queue.then(() => write(event, durably));
    queue = written.catch(() => undefined);
    return written;
  };
  return {
    attempt,
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
