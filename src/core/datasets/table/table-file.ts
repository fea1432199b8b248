import { createHash, randomBytes } from "node:crypto";
import { readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Project } from "#contract/project.ts";
import { explainFullDisk, makeFolder, renamePatiently } from "../../files/atomic.ts";
import { keepNewest } from "../../files/keep-newest.ts";
import { projectSlugs } from "../../projects/store.ts";
import type { Workspace } from "../../workspace.ts";
import { explainMissing, splitSeed } from "../check.ts";
import { dataSources } from "../data-files.ts";
import { inDataThread, smallBytes } from "../data-thread.ts";
import type { Following } from "../progress.ts";
import { buildRowStore, countRows, openRowStore } from "./row-store.ts";
import type { RowStore } from "./row-store.ts";

/** Raised when stores hold other things of the same files. */
const version = 2;
/** SQLite's number for a full disk. */
const fullDisk = 13;

const folderOf = (ws: Workspace): string => join(ws.home, "cache", "rows");

/** Changes with anything that decides what the rows are and where they go. */
export async function tableKey(ws: Workspace, project: Project): Promise<string> {
  const hash = createHash("sha256").update(JSON.stringify([version, splitSeed(project)]));
  hash.update(JSON.stringify(project.data));
  for (const { path } of dataSources(ws, project)) {
    const facts = await stat(path).catch(() => undefined);
    hash.update(` ${facts?.size} ${facts?.mtimeMs}`);
  }
  return hash.digest("hex").slice(0, 24);
}

/**
 * The store of a project's rows under this key, made where it is not there yet, in a thread of its
 * own where there is much to read; older ones go.
 * Errors: data_file_missing, disk_full; the signal's reason.
 */
export async function openTable(
  ws: Workspace,
  project: Project,
  key: string,
  following: Following,
): Promise<RowStore> {
  const folder = folderOf(ws);
  const path = join(folder, `${project.slug}.${key}.db`);
  try {
    if (await isFile(path)) return openRowStore(path);
  } catch {
    await rm(path, { force: true });
  }
  await makeFolder(folder);
  await removeOld(ws, project.slug);
  const temporary = join(folder, `.${project.slug}.${randomBytes(6).toString("hex")}.part`);
  try {
    const sources = dataSources(ws, project);
    const work = { path: temporary, sources, seed: splitSeed(project) };
    const bytes = project.data.reduce((sum, file) => sum + file.bytes, 0);
    if (bytes <= smallBytes) await buildRowStore(work, following);
    else await inDataThread("store", work, following);
    await renamePatiently(temporary, path);
    return openRowStore(path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw await explainFull(explainMissing(error), path);
  }
}

/** The store of a project's rows where it was made before. */
export async function openKnownTable(
  ws: Workspace,
  project: Project,
  key: string,
): Promise<RowStore | undefined> {
  const path = join(folderOf(ws), `${project.slug}.${key}.db`);
  return (await isFile(path)) ? openRowStore(path) : undefined;
}

/** How many rows a project's files hold, as far as that was read before: lists must not read files. */
export async function knownRows(ws: Workspace, project: Project): Promise<number | null> {
  if (project.data.length === 0) return 0;
  try {
    const key = await tableKey(ws, project);
    return countRows(join(folderOf(ws), `${project.slug}.${key}.db`));
  } catch {
    // A missing file is told where its project is opened.
    return null;
  }
}

/** The file of token counts under one key. */
export async function tokenFile(ws: Workspace, key: string): Promise<string> {
  const folder = join(ws.home, "cache", "tokens");
  await makeFolder(folder);
  await keepNewest(folder, 8);
  return join(folder, `${key}.db`);
}

/** Stores of this project's earlier data, and of projects that are gone. */
async function removeOld(ws: Workspace, slug: string): Promise<void> {
  const folder = folderOf(ws);
  const slugs = new Set(await projectSlugs(ws));
  slugs.delete(slug);
  for (const name of await readdir(folder)) {
    const [owner = ""] = name.replace(/^\./, "").split(".");
    if (slugs.has(owner)) continue;
    await rm(join(folder, name), { force: true }).catch(() => undefined);
  }
}

async function isFile(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isFile() ?? false;
}

async function explainFull(error: unknown, path: string): Promise<unknown> {
  const full = error instanceof Error && "errcode" in error && error.errcode === fullDisk;
  return full ? explainFullDisk(Object.assign(error, { code: "ENOSPC" }), path) : error;
}
