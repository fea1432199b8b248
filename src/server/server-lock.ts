import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { AppError } from "#contract/errors.ts";
import type { Workspace } from "#core/api.ts";
import { tryLock } from "#core/files/lock.ts";
import { lockFile } from "#core/workspace.ts";

export interface ServerLock {
  /** Says under which address this server is found, for whoever is refused. */
  announce(url: string): Promise<void>;
  release(): Promise<void>;
}

const addressFile = (ws: Workspace) => join(ws.home, "server.json");

/**
 * Makes sure that this is the only server of the workspace. The lock dies with its holder.
 * Errors: workspace_locked, with the other's address.
 */
export async function lockServer(ws: Workspace): Promise<ServerLock> {
  const lock = tryLock(lockFile(ws, "server"));
  if (!lock) {
    const address = await otherAddress(ws);
    throw new AppError("workspace_locked", { folder: ws.home, address });
  }
  // What lies there is of a server that is gone.
  await rm(addressFile(ws), { force: true });
  return {
    announce: (url) => writeFile(addressFile(ws), `${JSON.stringify({ url, pid: process.pid })}\n`),
    async release() {
      await rm(addressFile(ws), { force: true });
      lock.release();
    },
  };
}

/** A server that has just started may not have said its address yet. */
async function otherAddress(ws: Workspace): Promise<string> {
  for (let attempt = 0; attempt < 20; attempt++) {
    try {
      const { url } = JSON.parse(await readFile(addressFile(ws), "utf8")) as { url: string };
      return url;
    } catch {
      await sleep(50);
    }
  }
  return "(its address is not known yet)";
}
