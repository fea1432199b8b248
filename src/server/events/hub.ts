import { stat } from "node:fs/promises";
import type { RunEvent } from "#contract/events.ts";
import type { StreamMessage } from "#contract/routes/stream.ts";
import type { Workspace } from "#core/api.ts";
import { isMissing } from "#core/files/error-code.ts";
import { runKey } from "./cursor.ts";
import type { Cursor } from "./cursor.ts";
import { scanWorkspace } from "./scan.ts";
import type { SeenProject, SeenRun } from "./scan.ts";
import { eventsFrom, lineStart } from "./tail.ts";

export interface Subscriber {
  send(message: StreamMessage): void;
}
export interface Subscription {
  /** Up to this time every event file has been looked at. */
  checkedAt(): number;
  /** Run events that a connection with this cursor has missed; the last may be sent to it, too. */
  missed(cursor: Cursor): AsyncGenerator<StreamMessage>;
  end(): void;
}
export interface Hub {
  /** Messages reach `subscriber` from this call on; those of the first moment may be missed ones, too. */
  subscribe(subscriber: Subscriber): Promise<Subscription>;
  publish(message: StreamMessage): void;
  /** Something was changed by this server: look now instead of at the next turn. */
  look(): void;
  close(): void;
}

/** One look at what is hot; files that did not grow for a while are looked at more rarely. */
const turnMs = 250;
const scanMs = 1000;
const hotMs = 30_000;
/** Looking at everything may take one percent of a core: ten milliseconds of pause per entry. */
const pausePerEntryMs = 10;
/** File times and event times may be rounded differently. */
const slackMs = 2000;

interface Watched extends SeenRun {
  offset: number;
  /** Where a line begins: a size that was looked up may lie within one. */
  atLine: boolean;
  grewAt: number;
}

/**
 * Watches the workspace's files while anyone listens, once for all tabs, and tells what changed,
 * by whichever process. Times and sizes are compared; only what grew is read.
 */
export function createHub(ws: Workspace, log: (text: string) => void = () => {}): Hub {
  const subscribers = new Set<Subscriber>();
  let projects: Map<string, SeenProject> | undefined;
  let watched = new Map<string, Watched>();
  let checkedAt = 0;
  let scannedAt = 0;
  let timer: NodeJS.Timeout | undefined;
  let working: Promise<void> | undefined;

  const publish = (message: StreamMessage) => {
    for (const subscriber of subscribers) subscriber.send(message);
  };

  /** One look at a time; whoever asks during one waits for it. */
  function turn(everything: boolean): Promise<void> {
    working ??= (async () => {
      clearTimeout(timer);
      try {
        await lookAround(everything);
      } catch (error) {
        log(`looking for changes: ${String(error)}`);
      }
      working = undefined;
      if (subscribers.size > 0) timer = setTimeout(() => void turn(false), turnMs);
      else forget();
    })();
    return working;
  }

  function forget(): void {
    clearTimeout(timer);
    projects = undefined;
    watched = new Map();
    scannedAt = 0;
  }

  async function lookAround(everything: boolean): Promise<void> {
    const now = Date.now();
    const first = projects === undefined;
    const pause = Math.max(scanMs, (watched.size + (projects?.size ?? 0)) * pausePerEntryMs);
    const full = everything || first || now - scannedAt >= pause;
    if (full) await scan(first);
    for (const run of watched.values()) {
      if (full || now - run.grewAt < hotMs) await readOn(run);
    }
    if (full) {
      scannedAt = Date.now();
      checkedAt = now;
    }
  }

  async function scan(first: boolean): Promise<void> {
    const before = projects ?? new Map<string, SeenProject>();
    const now = await scanWorkspace(ws, before);
    projects = now;
    const runs = [...now.values()].flatMap(({ runs }) => runs);
    const next = new Map<string, Watched>();
    for (const run of runs) {
      const key = runKey(run.project, run.run);
      // At the first look what stands in the files is known; later a run is new from its start.
      next.set(
        key,
        watched.get(key) ?? {
          ...run,
          offset: first ? await sizeOf(run.file) : 0,
          atLine: !first,
          grewAt: 0,
        },
      );
    }
    const gone = [...watched].filter(([key]) => !next.has(key)).map(([, run]) => run);
    const fresh = [...next].filter(([key]) => !watched.has(key)).map(([, run]) => run);
    watched = next;
    if (first) return;
    for (const [project, { stamp }] of now) {
      const known = before.get(project);
      if (!known) publish({ type: "project.added", project });
      else if (known.stamp !== stamp) publish({ type: "project.changed", project });
    }
    for (const { project, run } of fresh) publish({ type: "run.added", project, run });
    for (const { project, run } of gone) publish({ type: "run.removed", project, run });
    for (const project of before.keys()) {
      if (!now.has(project)) publish({ type: "project.removed", project });
    }
  }

  async function readOn(run: Watched): Promise<void> {
    const size = await sizeOf(run.file);
    if (size <= run.offset) return;
    try {
      const start = run.atLine ? run.offset : await lineStart(run.file, run.offset);
      for await (const { events, end } of eventsFrom(run.file, start)) {
        run.offset = end;
        run.atLine = true;
        run.grewAt = Date.now();
        for (const event of events) publish(runMessage(run, event));
        // Each call to the file system counts: this is done four times a second.
        if (end >= size) break;
      }
    } catch (error) {
      // Deleted in this very moment: the next look at everything tells.
      if (!isMissing(error)) throw error;
    }
  }

  return {
    publish,
    look: () => {
      if (subscribers.size === 0) return;
      void (working ?? Promise.resolve()).then(() => turn(true));
    },
    close: () => {
      subscribers.clear();
      forget();
    },
    async subscribe(subscriber) {
      // Added before anything is awaited: from here on the watching goes on.
      subscribers.add(subscriber);
      // The first look sets the mark from which on changes count.
      await (projects ? working : turn(true));
      const upTo = [...watched.values()].map((run) => ({ ...run }));
      return {
        checkedAt: () => checkedAt,
        missed: (cursor) => missedEvents(upTo, cursor),
        end: () => subscribers.delete(subscriber),
      };
    },
  };
}

async function* missedEvents(
  runs: readonly Watched[],
  cursor: Cursor,
): AsyncGenerator<StreamMessage> {
  const since = cursor.time - slackMs;
  for (const run of runs) {
    const seq = cursor.seqs.get(runKey(run.project, run.run));
    if (seq === undefined && (await changedAt(run.file)) < since) continue;
    for await (const { events } of eventsFrom(run.file, 0)) {
      for (const event of events) {
        const missed = seq === undefined ? Date.parse(event.time) >= since : event.seq > seq;
        if (missed) yield runMessage(run, event);
      }
    }
  }
}

const runMessage = ({ project, run }: SeenRun, event: RunEvent): StreamMessage => ({
  type: "run.event",
  project,
  run,
  event,
});

async function sizeOf(path: string): Promise<number> {
  return (await stat(path).catch(() => undefined))?.size ?? 0;
}

async function changedAt(path: string): Promise<number> {
  return (await stat(path).catch(() => undefined))?.mtimeMs ?? 0;
}
