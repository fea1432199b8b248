import { readFile } from "node:fs/promises";
import { AppError } from "#contract/errors.ts";
import type { Stage } from "#contract/events.ts";
import type { EventWriter } from "#core/runs/event-log.ts";
import type { RunPaths } from "#core/runs/run-paths.ts";

/** What the trainer's heartbeat says, every five seconds. */
export interface Heartbeat {
  beat: number;
  pid: number;
  /** Processor time of the process so far, all threads. */
  cpuSeconds: number;
  /** The innermost place of the main thread. */
  where: string;
}

/** Seconds without any event until something counts as stalled. */
export interface Patience {
  /** No heartbeat came: the process does not run. */
  suspended: number;
  /** It runs, and uses no processor. */
  waiting: number;
  /** It computes; at least this, and many times the longest pause so far. */
  computing: number;
}

const patience: Patience = { suspended: 60, waiting: 180, computing: 1800 };
const idleShare = 0.02;
const timesLongest = 20;
const pollMs = 5000;

export interface HeartbeatWatch {
  /** An event came. */
  moved: () => void;
  /** Whether it was told that nothing moves, and nothing has moved since. */
  stalled: () => boolean;
  stop: () => void;
}

/** Tells, once for each time, that the trainer has stopped moving: since when, where, and likely why. */
export function watchHeartbeat(options: {
  paths: RunPaths;
  events: EventWriter;
  stage: () => Stage | null;
  patience?: Patience;
  pollMs?: number;
}): HeartbeatWatch {
  const { paths, events, stage, patience: limits = patience, pollMs: poll = pollMs } = options;
  const watch = createStallWatch(limits);
  let lastPoll = performance.now();
  const timer = setInterval(() => void look(), poll);
  // Watching must not hold the process up.
  timer.unref();
  const look = async () => {
    const at = performance.now();
    // This process did not run itself: the computer slept, or the clock jumped.
    if (at - lastPoll > 10 * poll) watch.restart(at / 1000);
    lastPoll = at;
    const stall = watch.look(at / 1000, await readHeartbeat(paths.heartbeat));
    if (!stall) return;
    const now = Date.now();
    await events
      .append({
        time: new Date(now).toISOString(),
        type: "run.stalled",
        stage: stage(),
        since: new Date(now - stall.seconds * 1000).toISOString(),
        seconds: Math.round(stall.seconds),
        where: stall.where,
        cause: new AppError(stall.cause).toBody(),
      })
      .catch(() => undefined);
  };
  return {
    moved: () => watch.moved(performance.now() / 1000),
    stalled: watch.told,
    stop: () => clearInterval(timer),
  };
}

export interface Stall {
  cause: "stall_suspended" | "stall_waiting" | "stall_computing";
  seconds: number;
  where: string;
}

/** The judgement behind `watchHeartbeat`, on seconds that a caller gives. */
export function createStallWatch(limits: Patience) {
  let movedAt = -1;
  let longest = 0;
  let beat = -1;
  let beatAt = -1;
  let cpuThen = 0;
  let cpu = 0;
  let told = false;
  const restart = (now: number) => {
    movedAt = now;
    beatAt = now;
    cpuThen = cpu;
    told = false;
  };
  return {
    restart,
    told: () => told,
    moved(now: number) {
      if (movedAt >= 0) longest = Math.max(longest, now - movedAt);
      restart(now);
    },
    look(now: number, heartbeat: Heartbeat | undefined): Stall | undefined {
      if (movedAt < 0) restart(now);
      if (heartbeat && heartbeat.beat !== beat) {
        // A new process counts anew.
        if (heartbeat.cpuSeconds < cpuThen) cpuThen = 0;
        ({ beat } = heartbeat);
        cpu = heartbeat.cpuSeconds;
        beatAt = now;
      }
      const seconds = now - movedAt;
      const where = heartbeat?.where ?? "";
      const cause = causeOf(seconds);
      if (!cause || told) return undefined;
      told = true;
      return { cause, seconds, where };

      function causeOf(quiet: number): Stall["cause"] | undefined {
        if (beat >= 0 && Math.min(quiet, now - beatAt) > limits.suspended) return "stall_suspended";
        const idle = (cpu - cpuThen) / Math.max(quiet, 1) < idleShare;
        if (idle && beat >= 0 && quiet > limits.waiting) return "stall_waiting";
        if (quiet > Math.max(limits.computing, timesLongest * longest)) return "stall_computing";
        return undefined;
      }
    },
  };
}

async function readHeartbeat(path: string): Promise<Heartbeat | undefined> {
  try {
    return JSON.parse(await readFile(path, "utf8")) as Heartbeat;
  } catch {
    return undefined; // not yet written, or being replaced
  }
}
