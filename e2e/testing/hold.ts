import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import type { RunPaths } from "#core/runs/run-paths.ts";

/** Sends a signal; false where the process is gone. */
export function signal(pid: number, name: NodeJS.Signals | 0): boolean {
  try {
    return pid > 0 && process.kill(pid, name);
  } catch {
    return false;
  }
}

/** The process that trains now; 0 where there is none. */
export async function trainerPid({ heartbeat }: RunPaths): Promise<number> {
  for (let tries = 0; tries < 200; tries++) {
    try {
      return (JSON.parse(await readFile(heartbeat, "utf8")) as { pid: number }).pid;
    } catch {
      await sleep(20);
    }
  }
  return 0;
}

/**
 * Stops the trainer (SIGSTOP) at a moment that may last for milliseconds only, so that what a test
 * does next certainly falls into it. Returns its process, or 0 where the run ended without it.
 */
export async function holdTrainer(
  paths: RunPaths,
  { at, isOver }: { at: () => boolean; isOver: () => Promise<boolean> },
): Promise<number> {
  for (let look = 1; ; look++) {
    if (at()) {
      const pid = await trainerPid(paths);
      if (signal(pid, "SIGSTOP") && (await hasStopped(pid)) && at()) return pid;
      // It has passed while the signal was on its way: the next one, then.
      signal(pid, "SIGCONT");
    }
    await sleep(1);
    if (look % 200 === 0 && (await isOver())) return 0;
  }
}

async function hasStopped(pid: number): Promise<boolean> {
  for (;;) {
    const found = (await processes()).find((each) => each.pid === pid);
    if (!found) return false;
    if (found.state.startsWith("T")) return true;
    await sleep(1);
  }
}

export interface ProcessInfo {
  pid: number;
  parent: number;
  state: string;
  bytes: number;
  name: string;
}

/** All processes, as `ps` tells them on Linux and macOS alike. */
export async function processes(): Promise<ProcessInfo[]> {
  const columns = "pid=,ppid=,stat=,rss=,comm=";
  const { stdout } = await promisify(execFile)("ps", ["-A", "-o", columns]);
  return stdout
    .trim()
    .split("\n")
    .map((line) => {
      const [pid, parent, state = "", kibibytes, ...name] = line.trim().split(/\s+/);
      const bytes = Number(kibibytes) * 1024;
      return { pid: Number(pid), parent: Number(parent), state, bytes, name: name.join(" ") };
    });
}

/** A process and all that it started, directly or not. */
export async function processTree(root: number): Promise<ProcessInfo[]> {
  const all = await processes();
  const tree = all.filter(({ pid }) => pid === root);
  for (const { pid } of tree) tree.push(...all.filter(({ parent }) => parent === pid));
  return tree;
}

/** Waits until none of them is left; a process that ended and was not waited for is gone, too. */
export async function goneAll(tree: readonly ProcessInfo[]): Promise<void> {
  const pids = new Set(tree.map(({ pid }) => pid));
  for (;;) {
    const left = (await processes()).filter(({ pid }) => pids.has(pid));
    if (left.every(({ state }) => state.startsWith("Z"))) return;
    await sleep(20);
  }
}
