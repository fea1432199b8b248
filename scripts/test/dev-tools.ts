import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import path from "node:path";
import { withInstallLock } from "../../src/core/engine/install-lock.ts";
import { engineLocks } from "../../src/core/engine/locks.ts";
import { type EnginePaths, enginesFolder } from "../../src/core/engine/paths.ts";
import { findPythons } from "../../src/core/engine/python.ts";
import { installRequirements } from "../../src/core/engine/python-environment.ts";
import { provideUv } from "../../src/core/engine/uv.ts";
import { say } from "../lib/say.mjs";

/**
 * pytest and ruff in a folder of their own, to be put on PYTHONPATH: the engine is never changed
 * in place, and its users need none of them. Returns the folder.
 */
export async function provideDevTools(home: string, engine: EnginePaths): Promise<string> {
  const engines = enginesFolder(home);
  const lock = readFileSync(engineLocks.dev);
  const name = path.basename(engine.folder);
  const id = createHash("sha256").update(name).update(lock).digest("hex").slice(0, 16);
  const folder = path.join(engines, `dev-${id}`);
  if (existsSync(folder)) return folder;
  const log = path.join(engines, "dev-install.log");
  await withInstallLock(path.join(engines, "install.lock"), async () => {
    if (existsSync(folder)) return;
    say("Installing pytest and ruff …");
    const pythons = await findPythons();
    const options = { engines, log, env: process.env, pythons, what: "pytest and ruff" };
    const uv = await provideUv(pythons, options);
    await mkdir(engines, { recursive: true });
    const beside = await mkdtemp(`${folder}.partial-`);
    try {
      const where = ["--python", engine.python, "--target", beside];
      await installRequirements(engineLocks.dev, where, { ...options, uv, onProgress: () => {} });
      await rename(beside, folder);
    } finally {
      await rm(beside, { recursive: true, force: true });
    }
  });
  return folder;
}
