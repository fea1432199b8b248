import { mkdir, readdir, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { AppError } from "#contract/errors.ts";
import { explainFullDisk } from "../files/atomic.ts";
import { errorCode, errorText } from "../files/error-code.ts";
import { tryLock, type Lock } from "../files/lock.ts";
import type { Workspace } from "../workspace.ts";
import { filePath, listFiles, readCommit } from "./api.ts";
import {
  blobPath,
  blobsInUse,
  partPath,
  placeFile,
  repoFolder,
  sizeOf,
  snapshotFolder,
  writeRef,
  type Snapshot,
} from "./cache.ts";
import { chooseModelFiles } from "./choose-files.ts";
import {
  presentBytes,
  readPlan,
  removePlan,
  totalBytes,
  writePlan,
  type DownloadPlan,
} from "./download-plan.ts";
import { fetchFile } from "./fetch-file.ts";
import { hubPlace } from "./place.ts";
import { parseRepo, repoFolderName, type Repo } from "./repo.ts";
import type { HubConnection, Patience } from "./request.ts";
import { connectHub } from "./connect.ts";
import { createSpeed } from "./speed.ts";
import { requireRoom } from "./room.ts";

export interface DownloadProgress {
  /** The file that is being fetched. */
  readonly file: string;
  readonly doneBytes: number;
  readonly totalBytes: number;
  /** Bytes per second over the last seconds. */
  readonly rate?: number;
}

export interface DownloadOptions {
  readonly onProgress?: (progress: DownloadProgress) => void;
  readonly signal?: AbortSignal;
  readonly patience?: Patience;
}

/**
 * Brings a model into the shared cache of the hub's tools, going on where an earlier download was
 * interrupted. Only when every file is proven does the model appear there. A stopped download keeps
 * what arrived. Errors: hub_*, disk_full; the signal's reason.
 */
export async function downloadModel(
  ws: Workspace,
  id: string,
  { onProgress, signal, patience }: DownloadOptions = {},
): Promise<Snapshot> {
  const repo = parseRepo("model", id);
  const connection = await connectHub(ws, patience);
  const { cache } = connection.place;
  const lock = await lockDownload(cache, repo);
  try {
    const plan = await currentPlan(ws, connection, repo, signal);
    await fetchAll(connection, plan, onProgress, signal);
    const found = await showModel(cache, plan);
    await removePlan(ws, repo);
    return found;
  } catch (error) {
    signal?.throwIfAborted();
    throw await explainDisk(error, cache);
  } finally {
    lock.release();
  }
}

/** One download of a model at a time, of whatever workspace: the lock lies beside the cache's own. */
async function lockDownload(cache: string, repo: Repo): Promise<Lock> {
  const folder = join(cache, ".locks", repoFolderName(repo));
  try {
    await mkdir(folder, { recursive: true });
  } catch (error) {
    throw await explainDisk(error, cache);
  }
  const lock = tryLock(join(folder, "tunesmith.lock"));
  if (!lock) throw new AppError("hub_download_busy", { id: repo.id });
  return lock;
}

/** What an earlier download began with, or what the hub has now. */
async function currentPlan(
  ws: Workspace,
  connection: HubConnection,
  repo: Repo,
  signal: AbortSignal | undefined,
): Promise<DownloadPlan> {
  const options = signal ? { signal } : {};
  const begun = await readPlan(ws, repo);
  if (begun) {
    // A commit that its owner took back cannot be gone on with.
    const commit = await readCommit(connection, repo, begun.commit, options).catch(
      (error: unknown) => {
        if (error instanceof AppError && error.code === "hub_not_found") return undefined;
        throw error;
      },
    );
    if (commit === begun.commit) return begun;
  }
  const commit = await readCommit(connection, repo, "main", options);
  const files = chooseModelFiles(repo, await listFiles(connection, repo, commit, options));
  const plan: DownloadPlan = { schemaVersion: 1, repo: { ...repo }, commit, files };
  await writePlan(ws, plan);
  return plan;
}

async function fetchAll(
  connection: HubConnection,
  plan: DownloadPlan,
  onProgress: DownloadOptions["onProgress"],
  signal: AbortSignal | undefined,
): Promise<void> {
  const { cache } = connection.place;
  const { repo, commit, files } = plan;
  const folder = repoFolder(cache, repo);
  const present = await presentBytes(cache, plan);
  const total = totalBytes(plan);
  const sum = () => [...present.values()].reduce((all, bytes) => all + bytes, 0);
  await requireRoom(cache, repo, total - sum());
  await mkdir(dirname(blobPath(folder, "x")), { recursive: true });
  const speed = createSpeed();
  for (const file of files) {
    const onBytes = (bytes: number) => {
      present.set(file.hash, bytes);
      const doneBytes = sum();
      const rate = speed.measure(doneBytes);
      onProgress?.({
        file: file.path,
        doneBytes,
        totalBytes: total,
        ...(rate === undefined ? {} : { rate }),
      });
    };
    await fetchFile(
      connection,
      { repo, address: filePath(repo, commit, file.path), file, folder },
      { onBytes, ...(signal ? { signal } : {}) },
    );
  }
}

/** Every file under its name; only now do other tools see the model. */
async function showModel(cache: string, { repo, commit, files }: DownloadPlan): Promise<Snapshot> {
  const folder = repoFolder(cache, repo);
  const shown = snapshotFolder(folder, commit);
  for (const { path, hash } of files) {
    await placeFile(blobPath(folder, hash), join(shown, ...path.split("/")));
  }
  await writeRef(folder, "main", commit);
  return { folder: shown, commit };
}

/**
 * Gives up an unfinished download: what arrived of it is deleted, other versions of the model stay.
 * Returns the bytes freed. Errors: hub_id_invalid, hub_download_busy.
 */
export async function discardDownload(ws: Workspace, id: string): Promise<number> {
  const repo = parseRepo("model", id);
  const { cache } = hubPlace();
  const plan = await readPlan(ws, repo);
  if (!plan) return 0;
  const lock = await lockDownload(cache, repo);
  try {
    const folder = repoFolder(cache, repo);
    const used = await blobsInUse(folder);
    let freed = 0;
    for (const { hash } of plan.files) {
      for (const path of [
        partPath(folder, hash),
        ...(used.has(hash) ? [] : [blobPath(folder, hash)]),
      ]) {
        freed += (await sizeOf(path)) ?? 0;
        await rm(path, { force: true });
      }
    }
    await removePlan(ws, repo);
    const rest = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
    if (rest.every((entry) => entry.isDirectory()))
      await rm(folder, { recursive: true, force: true });
    return freed;
  } finally {
    lock.release();
  }
}

/** What the disk refused, in words. */
async function explainDisk(error: unknown, cache: string): Promise<unknown> {
  if (["EACCES", "EPERM", "EROFS", "ENOTDIR"].includes(errorCode(error) ?? "")) {
    return new AppError(
      "hub_cache_folder",
      { folder: cache, detail: errorText(error) },
      { cause: error },
    );
  }
  return explainFullDisk(error, join(cache, "download"));
}
