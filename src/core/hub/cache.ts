import {
  copyFile,
  link,
  lstat,
  mkdir,
  readdir,
  readFile,
  readlink,
  rm,
  stat,
  symlink,
} from "node:fs/promises";
import { basename, dirname, join, relative } from "node:path";
import { writeFileAtomic } from "../files/atomic.ts";
import { errorCode } from "../files/error-code.ts";
import { repoFolderName, type Repo } from "./repo.ts";

/*
 * The layout of the shared cache, which all tools of the hub read:
 * <cache>/models--owner--name/{blobs/<hash>, snapshots/<commit>/<path> → blobs, refs/<branch>}
 * (huggingface.co/docs/huggingface_hub/guides/manage-cache)
 */

export const repoFolder = (cache: string, repo: Repo): string => join(cache, repoFolderName(repo));
export const blobPath = (folder: string, hash: string): string => join(folder, "blobs", hash);
/** The part of a file that has arrived. */
export const partPath = (folder: string, hash: string): string =>
  `${blobPath(folder, hash)}.incomplete`;
export const snapshotFolder = (folder: string, commit: string): string =>
  join(folder, "snapshots", commit);

/** A model that lies whole on this computer. */
export interface Snapshot {
  readonly folder: string;
  readonly commit: string;
}

/** Size of a file in bytes, links followed; undefined where there is none. */
export async function sizeOf(path: string): Promise<number | undefined> {
  return (await stat(path).catch(() => undefined))?.size;
}

/** The model as its branch `main` was when it was downloaded; undefined where it is not whole. */
export async function findModel(cache: string, repo: Repo): Promise<Snapshot | undefined> {
  const folder = repoFolder(cache, repo);
  const main = await readFile(join(folder, "refs", "main"), "utf8").catch(() => undefined);
  const commits = main === undefined ? await onlyCommit(folder) : [main.trim()];
  for (const commit of commits) {
    const found = snapshotFolder(folder, commit);
    if (await isWholeModel(found)) return { folder: found, commit };
  }
  return undefined;
}

/** What was fetched by its commit alone has no ref; with several of them none is meant. */
async function onlyCommit(folder: string): Promise<string[]> {
  const names = await readdir(join(folder, "snapshots")).catch(() => []);
  return names.length === 1 ? names : [];
}

/** Whether configuration, tokenizer and every part of the weights are there. */
async function isWholeModel(folder: string): Promise<boolean> {
  const index = await readFile(join(folder, "model.safetensors.index.json"), "utf8").catch(
    () => undefined,
  );
  const weights = index === undefined ? ["model.safetensors"] : partsOf(index);
  const names = ["config.json", "tokenizer.json", ...weights];
  const sizes = await Promise.all(names.map((name) => sizeOf(join(folder, name))));
  return weights.length > 0 && sizes.every((size) => size !== undefined);
}

function partsOf(index: string): string[] {
  try {
    const { weight_map: map } = JSON.parse(index) as { weight_map?: Record<string, string> };
    return [...new Set(Object.values(map ?? {}))];
  } catch {
    return [];
  }
}

/** Puts a blob under its name into a snapshot: as a link where the system allows it, else as a copy. */
export async function placeFile(blob: string, target: string): Promise<void> {
  await mkdir(dirname(target), { recursive: true });
  await rm(target, { force: true });
  try {
    // Relative, so that the cache can be moved.
    await symlink(relative(dirname(target), blob), target, "file");
    return;
  } catch (error) {
    // Windows without developer mode, and file systems such as exFAT.
    if (!["EPERM", "EACCES", "ENOSYS", "ENOTSUP", "EINVAL"].includes(errorCode(error) ?? "")) {
      throw error;
    }
  }
  await link(blob, target).catch(() => copyFile(blob, target));
}

/** Says which commit a branch was at. No line break: other tools read the whole file. */
export async function writeRef(folder: string, branch: string, commit: string): Promise<void> {
  const path = join(folder, "refs", branch);
  await mkdir(dirname(path), { recursive: true });
  await writeFileAtomic(path, commit);
}

/** Names of the blobs that a snapshot shows; undefined where snapshots are no links. */
export async function blobsInUse(folder: string): Promise<Set<string>> {
  const names = new Set<string>();
  const root = join(folder, "snapshots");
  const entries = await readdir(root, { recursive: true, withFileTypes: true }).catch(() => []);
  for (const entry of entries) {
    const path = join(entry.parentPath, entry.name);
    if ((await lstat(path)).isSymbolicLink()) names.add(basename(await readlink(path)));
  }
  return names;
}
