import { spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Workspace } from "../workspace.ts";
import { runPaths } from "./run-paths.ts";

/** Core knows the runner only by its path: it is another program. */
const runner = fileURLToPath(new URL("../../runner/main.mjs", import.meta.url));

/** Starts a run's runner detached, in a process group of its own, so that it outlives its starter. */
export function spawnRunner(ws: Workspace, slug: string, id: string): void {
  const paths = runPaths(ws, slug, id);
  const log = openSync(paths.workerLog, "a");
  try {
    const child = spawn(process.execPath, [runner, paths.folder], {
      detached: true,
      windowsHide: true,
      stdio: ["ignore", log, log],
      cwd: paths.folder,
      env: { ...process.env, TUNESMITH_HOME: ws.home },
    });
    child.unref();
  } finally {
    closeSync(log);
  }
}
