import { setTimeout as sleep } from "node:timers/promises";

/** What whoever asks is made to wait at most, in milliseconds. */
export const patience = 1500;

/** What a promise gives, or undefined where it takes longer. */
export async function within<T>(promise: Promise<T>, milliseconds: number): Promise<T | undefined> {
  if (milliseconds === Infinity) return promise;
  const timer = new AbortController();
  const late = sleep(milliseconds, undefined, { signal: timer.signal }).catch(() => undefined);
  try {
    return await Promise.race([promise, late]);
  } finally {
    timer.abort();
  }
}
