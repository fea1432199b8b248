import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../testing/temporary-workspace.ts";
import { isLocked, tryLock, waitForLock } from "./lock.ts";

test("a lock is held once, seen by others, and free after its release", async () => {
  const path = join(await temporaryFolder(), "x.lock");
  expect(isLocked(path)).toBe(false);
  const lock = tryLock(path);
  expect(lock).toBeDefined();
  expect(isLocked(path)).toBe(true);
  expect(tryLock(path)).toBeUndefined();
  expect(await waitForLock(path, 50)).toBeUndefined();
  lock?.release();
  expect(isLocked(path)).toBe(false);
  tryLock(path)?.release();
});

test("looking at a lock takes it from nobody", async () => {
  const path = join(await temporaryFolder(), "x.lock");
  tryLock(path)?.release();
  for (let i = 0; i < 50; i++) {
    isLocked(path);
    const lock = tryLock(path);
    expect(lock).toBeDefined();
    expect(isLocked(path)).toBe(true);
    lock?.release();
  }
});

test("a lock dies with a holder that is killed", async () => {
  const path = join(await temporaryFolder(), "x.lock");
  const module = JSON.stringify(new URL("lock.ts", import.meta.url).href);
  const code = `
    const { tryLock } = await import(${module});
    globalThis.kept = tryLock(${JSON.stringify(path)});
    console.log("held");
    setInterval(() => {}, 1000);`;
  const holder = spawn(process.execPath, ["--input-type=module", "-e", code]);
  await once(holder.stdout, "data");
  expect(isLocked(path)).toBe(true);
  holder.kill("SIGKILL");
  await once(holder, "exit");
  const lock = await waitForLock(path, 2000);
  expect(lock).toBeDefined();
  lock?.release();
});
