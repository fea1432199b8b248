import { existsSync } from "node:fs";
import { lstat, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { bytesOf } from "./files/bytes-of.ts";
import { isLocked } from "./files/lock.ts";
import { projectSlugs } from "./projects/store.ts";
import { readRun, runIds } from "./runs/read-runs.ts";
import { isQueued } from "./runs/queue-entries.ts";
import { runPaths } from "./runs/run-paths.ts";
import { temporaryFolder, tokenCacheFolder, trashFolder } from "./workspace.ts";
import type { Workspace } from "./workspace.ts";

/** What may be deleted, and what is lost with it. */
export const reclaimKinds = [
  /** Deleted projects and runs: they cannot be restored then. */
  "trash",
  /** Checkpoints of finished runs: their adapter and GGUF stay. */
  "checkpoints",
  /** Merged weights of finished runs: GGUF and adapter stay, and they can be merged again. */
  "merged",
  /** Rows in tokens: the next run of the same rows tokenises them again. */
  "tokens",
  /** What a crash left half-made. */
  "leftovers",
] as const;
export type ReclaimKind = (typeof reclaimKinds)[number];

export interface Reclaimable {
  kind: ReclaimKind;
  /** Absolute paths. */
  paths: string[];
  bytes: number;
}

/** What is safe to delete in a workspace, by kind; kinds with nothing in them have 0 bytes. */
export async function findReclaimable(ws: Workspace): Promise<Reclaimable[]> {
  const found: Record<ReclaimKind, string[]> = {
    trash: await inside(trashFolder(ws)),
    checkpoints: [],
    merged: [],
    tokens: await inside(tokenCacheFolder(ws)),
    leftovers: await oldIn(temporaryFolder(ws)),
  };
  for (const slug of await projectSlugs(ws).catch(() => [])) {
    for (const id of await runIds(ws, slug)) {
      const paths = runPaths(ws, slug, id);
      if (isLocked(paths.lock) || isQueued(ws, { slug, id })) continue;
      const parts = (await inside(paths.checkpoints)).filter((path) => path.endsWith(".part"));
      const rehearsal = join(paths.folder, "rehearsal");
      found.leftovers.push(...parts, ...(existsSync(rehearsal) ? [rehearsal] : []));
      // A run that cannot be read may need everything that it has.
      const state = await readRun(ws, slug, id).then(
        (run) => run.state,
        () => undefined,
      );
      if (state?.status !== "finished") continue;
      for (const kind of ["checkpoints", "merged"] as const) {
        if (existsSync(paths[kind])) found[kind].push(paths[kind]);
      }
    }
  }
  const list: Reclaimable[] = [];
  for (const kind of reclaimKinds) {
    const sizes = await Promise.all(found[kind].map(bytesOf));
    list.push({ kind, paths: found[kind], bytes: sizes.reduce((sum, size) => sum + size, 0) });
  }
  return list;
}

/** Deletes these kinds for good; returns the bytes that were freed. */
export async function reclaim(ws: Workspace, kinds: readonly ReclaimKind[]): Promise<number> {
  let freed = 0;
  for (const { kind, paths, bytes } of await findReclaimable(ws)) {
    if (!kinds.includes(kind)) continue;
    for (const path of paths) await rm(path, { recursive: true, force: true, maxRetries: 5 });
    freed += bytes;
  }
  return freed;
}

const inside = async (folder: string): Promise<string[]> =>
  (await readdir(folder).catch(() => [])).map((name) => join(folder, name));

/** What is younger may be at work still. */
const oldMs = 3_600_000;

async function oldIn(folder: string): Promise<string[]> {
  const old: string[] = [];
  for (const path of await inside(folder)) {
    const found = await lstat(path).catch(() => undefined);
    if (found && Date.now() - found.mtimeMs > oldMs) old.push(path);
  }
  return old;
}
