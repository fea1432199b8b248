import { setTimeout as sleep } from "node:timers/promises";
import { tryLock } from "../files/lock.ts";

export interface LockOptions {
  signal?: AbortSignal | undefined;
  /** Called once where someone else holds the lock and this one waits. */
  onWait?: (() => void) | undefined;
}

/**
 * Does `work` while no other process installs under the same lock file. Waits as long as the other
 * lives: an installation takes minutes, and one that died has let its lock go.
 */
export async function withInstallLock<T>(
  file: string,
  work: () => Promise<T>,
  { signal, onWait }: LockOptions = {},
): Promise<T> {
  let lock = tryLock(file);
  if (!lock) onWait?.();
  while (!lock) {
    await sleep(250, undefined, signal ? { signal } : {});
    lock = tryLock(file);
  }
  try {
    return await work();
  } finally {
    lock.release();
  }
}
