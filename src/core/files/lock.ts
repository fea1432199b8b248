import { DatabaseSync } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";

/** A lock that this process holds until `release`, or until it dies. */
export interface Lock {
  release(): void;
}

const busy = 5;

/**
 * Takes the lock of a file, or returns undefined where someone else holds it. The lock is SQLite's
 * exclusive lock on that file: the system drops it when its holder dies, however it dies.
 */
export function tryLock(path: string): Lock | undefined {
  const database = new DatabaseSync(path, { timeout: 0 });
  try {
    database.exec("BEGIN EXCLUSIVE");
  } catch (error) {
    database.close();
    if (isBusy(error)) return undefined;
    throw error;
  }
  return { release: () => database.close() };
}

/** Waits for a lock; undefined when `patience` milliseconds were not enough. */
export async function waitForLock(path: string, patience: number): Promise<Lock | undefined> {
  const end = performance.now() + patience;
  for (;;) {
    const lock = tryLock(path);
    if (lock || performance.now() > end) return lock;
    await sleep(15);
  }
}

/** Whether anyone holds the lock of a file. Looking takes only a shared lock for an instant. */
export function isLocked(path: string): boolean {
  let database: DatabaseSync;
  try {
    database = new DatabaseSync(path, { timeout: 0, readOnly: true });
  } catch {
    return false; // there is no such file, so nobody can hold it
  }
  try {
    database.prepare("SELECT count(*) FROM sqlite_master").get();
    return false;
  } catch (error) {
    if (isBusy(error)) return true;
    throw error;
  } finally {
    database.close();
  }
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && "errcode" in error && error.errcode === busy;
}
