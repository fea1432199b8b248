import { randomBytes } from "node:crypto";
import { mkdir, readdir, rm, stat, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { AppError } from "#contract/errors.ts";
import { errorText } from "./files/error-code.ts";
import { tunesmithHome } from "./home.ts";
import { waitForLock } from "./files/lock.ts";

/** An opened workspace; `home` is absolute. */
export interface Workspace {
  readonly home: string;
}

const folders = ["projects", "trash", "locks", "queue", "running", "tmp"] as const;

/**
 * Opens `home`, else $TUNESMITH_HOME, else ~/.tunesmith; creates it where missing.
 * Errors: workspace_read_only.
 */
export async function openWorkspace(options: { home?: string } = {}): Promise<Workspace> {
  const home = options.home ? resolve(options.home) : tunesmithHome();
  try {
    for (const folder of folders) await mkdir(join(home, folder), { recursive: true });
    const probe = join(home, "tmp", `probe-${randomBytes(6).toString("hex")}`);
    await writeFile(probe, "");
    await rm(probe);
  } catch (error) {
    throw new AppError("workspace_read_only", { folder: home, detail: errorText(error) });
  }
  await removeLeftovers(join(home, "tmp"));
  return { home };
}

const leftoverMs = 48 * 3_600_000;

/** What a crash left half-made. Nothing that is still at work is that old. */
async function removeLeftovers(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: Date.now() }));
    if (Date.now() - mtimeMs < leftoverMs) continue;
    // Another process may be at the same task; what stays is tried again the next time.
    await rm(path, { recursive: true, force: true }).catch(() => undefined);
  }
}

export const projectsFolder = (ws: Workspace): string => join(ws.home, "projects");
export const trashFolder = (ws: Workspace): string => join(ws.home, "trash");
export const temporaryFolder = (ws: Workspace): string => join(ws.home, "tmp");
/** Tokenised rows: made anew when they are missing. */
export const tokenCacheFolder = (ws: Workspace): string => join(ws.home, "cache", "token-rows");
export const lockFile = (ws: Workspace, name: string): string =>
  join(ws.home, "locks", `${name}.lock`);

/** Does `work` while no other process or task does anything under the same name. */
export async function withWorkspaceLock<T>(
  ws: Workspace,
  name: string,
  work: () => Promise<T>,
): Promise<T> {
  const lock = await waitForLock(lockFile(ws, name), 30_000);
  if (!lock) throw new AppError("lock_held", { name });
  try {
    return await work();
  } finally {
    lock.release();
  }
}
