import { readFile } from "node:fs/promises";
import { freemem, totalmem } from "node:os";
import { join } from "node:path";
import { writeJsonAtomic } from "#core/files/atomic.ts";
import { readJsonObject } from "#core/files/read-json.ts";

const lookEveryMs = 500;
/** Below this share of the memory the system looks for a process to end. */
const scarce = 0.08;

/** Looks at the memory while a trainer runs, so that its death can be explained. */
export interface MemoryWatch {
  /** Whether memory was so short when it was last looked at that the system may have ended it. */
  ranOut: () => Promise<boolean>;
  stop: () => void;
}

export interface MemoryReading {
  /** Bytes that are free, and of how many. */
  free: () => Promise<{ free: number; total: number }>;
  /** How often the control group's limit has cost a process its life. */
  kills: () => Promise<number>;
}

/** Starts looking. `reading` is replaced in tests. */
export async function watchMemory(reading: MemoryReading = machine): Promise<MemoryWatch> {
  const before = await reading.kills();
  let least = 1;
  const look = async () => {
    const { free, total } = await reading.free();
    least = free / total;
  };
  const timer = setInterval(() => void look().catch(() => undefined), lookEveryMs);
  timer.unref();
  return {
    ranOut: async () => least < scarce || (await reading.kills()) > before,
    stop: () => clearInterval(timer),
  };
}

/**
 * Tells the run's next attempt that the system ended this one for its memory: the trainer then goes
 * one rung lower (trainer/tunesmith_trainer/ladder.py).
 */
export async function countKill(runFolder: string): Promise<void> {
  const file = join(runFolder, "memory-killed.json");
  const before = await readJsonObject(file).catch(() => undefined);
  const count = typeof before?.["count"] === "number" ? before["count"] : 0;
  await writeJsonAtomic(file, { count: count + 1 });
}

const machine: MemoryReading = {
  async free() {
    const text = await readFile("/proc/meminfo", "utf8").catch(() => "");
    const available = /^MemAvailable:\s+(\d+)/m.exec(text)?.[1];
    return {
      free: available === undefined ? freemem() : Number(available) * 1024,
      total: totalmem(),
    };
  },
  async kills() {
    const groups = await readFile("/proc/self/cgroup", "utf8").catch(() => "");
    for (const file of killCounts(groups)) {
      const text = await readFile(file, "utf8").catch(() => "");
      const count = /^oom_kill (\d+)/m.exec(text)?.[1];
      if (count !== undefined) return Number(count);
    }
    return 0;
  },
};

/**
 * Where Linux counts the processes of this one's control group that it ended for their memory, by
 * the lines of /proc/self/cgroup. Sources: Documentation/admin-guide/cgroup-v2.rst (memory.events)
 * and cgroup-v1/memory.rst (memory.oom_control). In a container the group may be the root of what is
 * mounted.
 */
export function killCounts(groups: string): string[] {
  const unified = /^0::(\/.*)$/m.exec(groups)?.[1];
  const memory = /^\d+:(?:[^:]*,)?memory(?:,[^:]*)?:(\/.*)$/m.exec(groups)?.[1];
  const root = "/sys/fs/cgroup";
  const places = (folder: string, group: string | undefined, file: string) =>
    group === undefined ? [] : [join(folder, group, file), join(folder, file)];
  return [
    ...places(root, unified, "memory.events"),
    ...places(join(root, "memory"), memory, "memory.oom_control"),
  ];
}
