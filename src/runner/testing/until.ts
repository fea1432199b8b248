import { setTimeout as sleep } from "node:timers/promises";

const patienceMs = 60_000;

/** Waits for a condition; a busy machine may take its time. */
export async function until(condition: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + patienceMs;
  while (!(await condition())) {
    if (performance.now() > end) throw new Error(`it did not happen within ${patienceMs} ms`);
    await sleep(25);
  }
}
