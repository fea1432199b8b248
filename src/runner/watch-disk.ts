import type { ErrorBody } from "#contract/errors.ts";
import { lowDisk } from "#core/runs/disk-reserve.ts";
import type { RunPaths } from "#core/runs/run-paths.ts";

const pollMs = 5000;

/** Calls `onLow` once, with the reason, when the disk comes to its low-water mark. */
export function watchDisk(
  { home, paths }: { home: string; paths: RunPaths },
  onLow: (reason: ErrorBody) => void,
): () => void {
  let stopped = false;
  const look = async () => {
    // A disk that cannot be asked for a moment must not end the run.
    const reason = await lowDisk(home, paths).catch(() => undefined);
    if (stopped) return;
    if (reason) {
      stopped = true;
      onLow(reason);
      return;
    }
    timer = setTimeout(() => void look(), pollMs);
  };
  let timer = setTimeout(() => void look(), 0);
  return () => {
    stopped = true;
    clearTimeout(timer);
  };
}
