import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { AppError } from "#contract/errors.ts";
import type { ErrorBody } from "#contract/errors.ts";
import { freeBytes } from "../engine/disk.ts";
import { readSettings } from "../settings.ts";
import type { RunPaths } from "./run-paths.ts";

/** Events and state must fit in any case. */
const leastBytes = 64 * 2 ** 20;
/** A checkpoint is written beside the others before the oldest is removed. */
const checkpointsAhead = 2;

/** 1,234,567,890 bytes → "1.2 GB" */
export function bytesWords(bytes: number): string {
  if (bytes < 1e9) return `${Math.round(bytes / 1e6)} MB`;
  return `${(bytes / 1e9).toFixed(1)} GB`;
}

/** Why a run must pause before the disk is full, or undefined while there is room. */
export async function lowDisk(home: string, paths: RunPaths): Promise<ErrorBody | undefined> {
  const free = await freeBytes(paths.folder);
  const { diskReserveBytes } = await readSettings({ home });
  const needed = diskReserveBytes ?? leastBytes + checkpointsAhead * (await checkpointBytes(paths));
  if (free >= needed) return undefined;
  return new AppError("run_disk_low", {
    free: bytesWords(free),
    needed: bytesWords(needed),
    folder: home,
  }).toBody();
}

/** What the newest checkpoint takes; 0 before the first. */
async function checkpointBytes(paths: RunPaths): Promise<number> {
  const names = await readdir(paths.checkpoints).catch(() => []);
  const newest = names
    .filter((name) => /^step-\d+$/.test(name))
    .sort()
    .at(-1);
  if (newest === undefined) return 0;
  const folder = join(paths.checkpoints, newest);
  const files = await readdir(folder).catch(() => []);
  const sizes = await Promise.all(
    files.map((name) =>
      stat(join(folder, name)).then(
        ({ size }) => size,
        () => 0,
      ),
    ),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}
