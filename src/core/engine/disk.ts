import { existsSync } from "node:fs";
import { statfs } from "node:fs/promises";
import { dirname } from "node:path";
import { AppError } from "#contract/errors.ts";

/**
 * What an installation takes at its peak, measured: 5.8 GB on Linux, where PyTorch brings CUDA's
 * libraries along, and room to unpack. Elsewhere PyTorch comes without them.
 */
export function neededBytes(platform: NodeJS.Platform = process.platform): number {
  return platform === "linux" ? 8e9 : 4e9;
}

/** Free bytes for this user on the disk that holds a folder, or will hold it. */
export async function freeBytes(folder: string): Promise<number> {
  let existing = folder;
  while (!existsSync(existing) && dirname(existing) !== existing) existing = dirname(existing);
  const { bavail, bsize } = await statfs(existing);
  return bavail * bsize;
}

/** Errors: engine_no_disk. */
export async function requireDisk(folder: string, needed: number): Promise<void> {
  const free = await freeBytes(folder);
  if (free >= needed) return;
  throw new AppError("engine_no_disk", {
    folder,
    needed: gigabytes(needed),
    free: gigabytes(free),
  });
}

/** Bytes as people read them: 1.5 GB (10⁹ bytes). */
export function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`;
}
