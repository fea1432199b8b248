import { execFile } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { promisify } from "node:util";

interface Process {
  pid: number;
  parent: number;
  seconds: number;
}

/**
 * Processor seconds of a process and of whatever it started, up to now: from Linux's own files, by
 * hundredths of a second; elsewhere as `ps` tells it.
 */
export async function secondsOf(pid: number): Promise<number> {
  const all = process.platform === "linux" ? await fromProc() : await fromPs();
  const family = new Set([pid]);
  // A child may be listed before its parent.
  for (let size = 0; size !== family.size;) {
    size = family.size;
    for (const one of all) if (family.has(one.parent)) family.add(one.pid);
  }
  const ours = all.filter((one) => family.has(one.pid));
  return ours.reduce((sum, one) => sum + one.seconds, 0);
}

/** Resident bytes of a process alone. */
export async function bytesOf(pid: number): Promise<number> {
  const { stdout } = await promisify(execFile)("ps", ["-o", "rss=", "-p", String(pid)]);
  return Number(stdout) * 1024;
}

/** The largest resident size of a process while `work` goes on. */
export async function peakWhile(pid: number, work: () => Promise<void>): Promise<number> {
  let peak = 0;
  const look = async () => {
    peak = Math.max(peak, await bytesOf(pid));
  };
  const timer = setInterval(() => void look(), 100);
  try {
    await work();
  } finally {
    clearInterval(timer);
  }
  return peak;
}

/** Linux counts in ticks of a hundredth of a second, whatever its kernel's own are: proc(5). */
const ticks = 100;

async function fromProc(): Promise<Process[]> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(
    pids.map(async (pid) => {
      const text = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => undefined);
      // The name in the second field may hold anything, spaces and brackets too.
      const fields = text
        ?.slice(text.lastIndexOf(")") + 2)
        .split(" ")
        .map(Number);
      if (!fields) return undefined;
      const [, parent = 0] = fields;
      // utime, stime, and those of children that ended and were waited for.
      const used = fields.slice(11, 15).reduce((sum, one) => sum + one, 0);
      return { pid: Number(pid), parent, seconds: used / ticks };
    }),
  );
  return found.filter((one) => one !== undefined);
}

async function fromPs(): Promise<Process[]> {
  const columns = ["-A", "-o", "pid=,ppid=,time="];
  const { stdout } = await promisify(execFile)("ps", columns, { maxBuffer: 1e8 });
  return stdout
    .trim()
    .split("\n")
    .map((line) => {
      const [pid, parent, time = "0"] = line.trim().split(/\s+/);
      // [[days-]hours:]minutes:seconds
      const seconds = time
        .split(/[-:]/)
        .reverse()
        .reduce((sum, part, place) => sum + Number(part) * ([1, 60, 3600, 86_400][place] ?? 0), 0);
      return { pid: Number(pid), parent: Number(parent), seconds };
    });
}
