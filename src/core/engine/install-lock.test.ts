import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { withInstallLock } from "./install-lock.ts";

const folder = mkdtempSync(join(tmpdir(), "tunesmith-lock-"));
const file = join(folder, "install.lock");
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Another process that holds the lock until it is killed. */
async function holder(): Promise<{ kill: () => void }> {
  const script = `
    import { withInstallLock } from ${JSON.stringify(join(import.meta.dirname, "install-lock.ts"))};
    await withInstallLock(${JSON.stringify(file)}, async () => {
      process.stdout.write("held");
      await new Promise((resolve) => setTimeout(resolve, 60_000));
    });`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", script], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  await new Promise((resolve) => child.stdout.once("data", resolve));
  return { kill: () => child.kill("SIGKILL") };
}

test("one that was killed has let the lock go, and who waited goes on", async () => {
  const other = await holder();
  let waited = 0;
  const mine = withInstallLock(file, () => Promise.resolve("done"), {
    onWait: () => {
      waited += 1;
      other.kill();
    },
  });
  expect(await mine).toBe("done");
  expect(waited).toBe(1);
});

test("waiting can be given up", async () => {
  const other = await holder();
  const stop = new AbortController();
  let ran = false;
  const work = (): Promise<void> => {
    ran = true;
    return Promise.resolve();
  };
  const options = { signal: stop.signal, onWait: () => stop.abort() };
  await expect(withInstallLock(file, work, options)).rejects.toThrow("aborted");
  other.kill();
  expect(ran).toBe(false);
});

test("work that fails lets the lock go", async () => {
  const fail = (): Promise<never> => Promise.reject(new Error("no"));
  await expect(withInstallLock(file, fail)).rejects.toThrow("no");
  expect(await withInstallLock(file, () => Promise.resolve(1))).toBe(1);
});
