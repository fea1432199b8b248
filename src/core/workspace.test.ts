import { mkdir, readdir, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { temporaryFolder } from "./testing/temporary-workspace.ts";
import { openWorkspace, withWorkspaceLock } from "./workspace.ts";

test("opens the folder it is given, else $TUNESMITH_HOME, and makes it where missing", async () => {
  const folder = await temporaryFolder();
  vi.stubEnv("TUNESMITH_HOME", join(folder, "from env"));
  expect((await openWorkspace()).home).toBe(join(folder, "from env"));
  expect((await openWorkspace({ home: join(folder, "given") })).home).toBe(join(folder, "given"));
  expect((await readdir(folder)).sort()).toEqual(["from env", "given"]);
});

test("what a crash left behind long ago is cleared away, what is fresh stays", async () => {
  const { home } = await openWorkspace({ home: await temporaryFolder() });
  for (const name of ["old", "fresh"]) {
    await mkdir(join(home, "tmp", name));
    await writeFile(join(home, "tmp", name, "x"), "");
  }
  const longAgo = new Date(Date.now() - 72 * 3_600_000);
  await utimes(join(home, "tmp", "old"), longAgo, longAgo);
  await openWorkspace({ home });
  expect(await readdir(join(home, "tmp"))).toEqual(["fresh"]);
});

test("work under one name is done one after the other, and a failure frees the name", async () => {
  const ws = await openWorkspace({ home: await temporaryFolder() });
  let busy = 0;
  const work = () =>
    withWorkspaceLock(ws, "x", async () => {
      busy += 1;
      expect(busy).toBe(1);
      await new Promise((resolve) => setTimeout(resolve, 5));
      busy -= 1;
    });
  await Promise.all([work(), work(), work()]);
  const failing = withWorkspaceLock(ws, "x", () => Promise.reject(new Error("no")));
  await expect(failing).rejects.toThrow("no");
  await work();
});
