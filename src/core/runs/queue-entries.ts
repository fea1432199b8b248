import { existsSync } from "node:fs";
import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { AppError } from "#contract/errors.ts";
import { renamePatiently, syncFolder, writeJsonAtomic } from "../files/atomic.ts";
import { isMissing } from "../files/error-code.ts";
import { readJsonObject } from "../files/read-json.ts";
import { withWorkspaceLock } from "../workspace.ts";
import type { Workspace } from "../workspace.ts";

/*
 * One file per run: in queue/ while it waits, in running/ from its start until its log has its end.
 * What lies in running/ without anyone carrying it was broken off.
 */

export interface QueueEntry {
  slug: string;
  id: string;
}

/** Who asked for this attempt. */
export type AskedBy = "person" | "automatic";

export interface WaitingRun extends QueueEntry {
  /** Smaller goes first; times are no use, since a clock may be set back. */
  rank: number;
  /** Stays where it is until it is released. */
  held: boolean;
  by: AskedBy;
  queuedAt: string | null;
}

const queueFolder = (ws: Workspace) => join(ws.home, "queue");
const runningFolder = (ws: Workspace) => join(ws.home, "running");
const separator = "@";

/** Slugs hold no “@”. */
const fileName = ({ slug, id }: QueueEntry) => `${id}${separator}${slug}.json`;
const waitingFile = (ws: Workspace, entry: QueueEntry) => join(queueFolder(ws), fileName(entry));
const runningFile = (ws: Workspace, entry: QueueEntry) => join(runningFolder(ws), fileName(entry));

/** What a file of the queue says beside its name; what is damaged counts as not said. */
const contentSchema = z.object({
  rank: z.number().catch(0),
  held: z.boolean().catch(false),
  by: z.enum(["person", "automatic"]).catch("person"),
  queuedAt: z.string().nullable().catch(null),
});

/** The runs that wait, the next one first. */
export async function listQueue(ws: Workspace): Promise<WaitingRun[]> {
  const waiting: WaitingRun[] = [];
  for (const entry of await namesIn(queueFolder(ws))) {
    waiting.push({ ...entry, ...(await readContent(waitingFile(ws, entry))) });
  }
  // Ids begin with their time: of equal ranks the older goes first.
  return waiting.sort((a, b) => a.rank - b.rank || (a.id < b.id ? -1 : 1));
}

/** The runs that a runner has begun and not brought to an end. */
export const listBegun = (ws: Workspace): Promise<QueueEntry[]> => namesIn(runningFolder(ws));

export const isQueued = (ws: Workspace, entry: QueueEntry): boolean =>
  existsSync(waitingFile(ws, entry));

/** Puts a run at the queue's end, or at its beginning. */
export async function putIntoQueue(
  ws: Workspace,
  { slug, id }: QueueEntry,
  options: { by: AskedBy; first?: boolean },
): Promise<void> {
  await change(ws, async () => {
    const ranks = (await listQueue(ws)).map(({ rank }) => rank);
    const rank = options.first ? Math.min(0, ...ranks) - 1 : Math.max(0, ...ranks) + 1;
    const queuedAt = new Date().toISOString();
    await mkdir(queueFolder(ws), { recursive: true });
    const content = { slug, id, rank, held: false, by: options.by, queuedAt };
    await writeJsonAtomic(waitingFile(ws, { slug, id }), content);
  });
}

/** Holds a run back, or releases it. Errors: run_not_queued. */
export async function holdInQueue(ws: Workspace, entry: QueueEntry, held: boolean): Promise<void> {
  await change(ws, async () => {
    const found = await waitingRun(ws, entry);
    await writeJsonAtomic(waitingFile(ws, entry), { ...found, held });
  });
}

/** Moves a run to a place of the queue, 1 = next; beyond the end counts as last. Errors: run_not_queued. */
export async function moveInQueue(
  ws: Workspace,
  entry: QueueEntry,
  position: number,
): Promise<void> {
  await change(ws, async () => {
    const moved = await waitingRun(ws, entry);
    const others = (await listQueue(ws)).filter(
      ({ id, slug }) => !(id === entry.id && slug === entry.slug),
    );
    const index = Math.min(Math.max(1, position), others.length + 1) - 1;
    const before = others[index - 1]?.rank;
    const after = others[index]?.rank;
    const rank =
      before === undefined
        ? (after ?? 1) - 1
        : after === undefined
          ? before + 1
          : (before + after) / 2;
    const unclear = rank === before || rank === after;
    if (!unclear) return writeJsonAtomic(waitingFile(ws, moved), { ...moved, rank });
    // Equal ranks leave no room in between: all are counted anew.
    others.splice(index, 0, moved);
    for (const [place, other] of others.entries()) {
      await writeJsonAtomic(waitingFile(ws, other), { ...other, rank: place + 1 });
    }
  });
}

/** Takes a run out of the queue; false where it was not in it. */
export async function dequeue(ws: Workspace, entry: QueueEntry): Promise<boolean> {
  return change(ws, async () => {
    const there = isQueued(ws, entry);
    await rm(waitingFile(ws, entry), { force: true });
    return there;
  });
}

/** From waiting to begun, in one rename, so that a run is never in neither. */
export async function markBegun(ws: Workspace, entry: QueueEntry): Promise<void> {
  await change(ws, async () => {
    await mkdir(runningFolder(ws), { recursive: true });
    await renamePatiently(waitingFile(ws, entry), runningFile(ws, entry));
    await syncFolder(runningFolder(ws));
    await syncFolder(queueFolder(ws));
  });
}

/** The run's log has its end: nothing is to be taken up any more. */
export async function markEnded(ws: Workspace, entry: QueueEntry): Promise<void> {
  await rm(runningFile(ws, entry), { force: true });
}

/** Who asked for the run that waits. */
export async function askedBy(ws: Workspace, entry: QueueEntry): Promise<AskedBy> {
  return (await readContent(waitingFile(ws, entry))).by;
}

async function waitingRun(ws: Workspace, entry: QueueEntry): Promise<WaitingRun> {
  if (!isQueued(ws, entry)) throw new AppError("run_not_queued", { id: entry.id });
  return { ...entry, ...(await readContent(waitingFile(ws, entry))) };
}

/** Whoever reads ranks to write one must not be overtaken, nor bring back what a runner took. */
const change = <T>(ws: Workspace, work: () => Promise<T>): Promise<T> =>
  withWorkspaceLock(ws, "queue", work);

async function readContent(file: string): Promise<z.infer<typeof contentSchema>> {
  // The name alone says which run waits: a damaged content must not lose it.
  const content = await readJsonObject(file, { keep: true }).catch(() => undefined);
  return contentSchema.parse(content ?? {});
}

async function namesIn(folder: string): Promise<QueueEntry[]> {
  let names: string[];
  try {
    names = await readdir(folder);
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
  return names
    .filter((name) => name.endsWith(".json") && !name.startsWith("."))
    .flatMap((name) => {
      const [id, slug] = name.slice(0, -".json".length).split(separator);
      return id && slug ? [{ slug, id }] : [];
    });
}
