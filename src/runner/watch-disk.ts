import type { ErrorBody } from "#contract/errors.ts";
import { lowDisk } from "#core/runs/disk-reserve.ts";
import type { RunPaths } from "#core/runs/run-paths.ts";
import { pollFor } from "./poll.ts";

const pollMs = 5000;

/** Calls `onLow` once, with the reason, when the disk comes to its low-water mark. */
export function watchDisk(
  { home, paths }: { home: string; paths: RunPaths },
  onLow: (reason: ErrorBody) => void,
): () => void {
  return pollFor(() => lowDisk(home, paths), pollMs, onLow);
}
