import { createReadStream } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import slugify from "@sindresorhus/slugify";
import { z } from "zod";
import { AppError } from "#contract/errors.ts";
import type { DataFile } from "#contract/project.ts";
import { addDataFile } from "../datasets/data-files.ts";
import { explainFullDisk } from "../files/atomic.ts";
import { temporaryFolder, type Workspace } from "../workspace.ts";
import { askJson, readCommit, type RemoteFile } from "./api.ts";
import { blobPath } from "./cache.ts";
import { connectHub } from "./connect.ts";
import type { DownloadOptions } from "./download-model.ts";
import { fetchFile } from "./fetch-file.ts";
import { apiPath, parseRepo, repoFolderName, type Repo } from "./repo.ts";
import { askHub, type HubConnection, type HubReply } from "./request.ts";
import { requireRoom } from "./room.ts";
import { createSpeed } from "./speed.ts";

/** One part of a dataset: the addresses of the Parquet files that the hub keeps of it. */
export interface DatasetSplit {
  /** The hub's `config`: a subset of the dataset. */
  readonly config: string;
  readonly split: string;
  readonly files: readonly string[];
}

const parquetSchema = z.record(z.string(), z.record(z.string(), z.array(z.string())));

/**
 * Subsets and splits of a dataset, of which the hub keeps Parquet files whatever form it was
 * published in (huggingface.co/docs/dataset-viewer/parquet). Errors: hub_*.
 */
export async function listDataset(
  connection: HubConnection,
  id: string,
  signal?: AbortSignal,
): Promise<DatasetSplit[]> {
  const repo = parseRepo("dataset", id);
  const options = signal ? { signal } : {};
  const asked = { what: repo.id, repo };
  const found = await askJson(
    connection,
    `${apiPath(repo)}/parquet`,
    asked,
    parquetSchema,
    options,
  ).catch(async (error: unknown) => {
    // Not found is either the dataset, or only its Parquet files.
    if (!(error instanceof AppError) || error.code !== "hub_not_found") throw error;
    await readCommit(connection, repo, "main", options);
    return {};
  });
  const splits = Object.entries(found).flatMap(([config, parts]) =>
    Object.entries(parts).map(([split, files]) => ({ config, split, files })),
  );
  if (splits.length === 0) throw new AppError("hub_dataset_empty", { id: repo.id });
  return splits;
}

export interface WantedSplit {
  readonly id: string;
  readonly config: string;
  readonly split: string;
  readonly role: DataFile["role"];
}

/**
 * Downloads one split into a project, each Parquet file proven by its hash; a later attempt goes on
 * where this one ended. Returns the project's new data files. Errors: hub_*, those of addDataFile.
 */
export async function downloadSplit(
  ws: Workspace,
  slug: string,
  { id, config, split, role }: WantedSplit,
  { onProgress, signal, patience }: DownloadOptions = {},
): Promise<DataFile[]> {
  const repo = parseRepo("dataset", id);
  const connection = await connectHub(ws, patience);
  const splits = await listDataset(connection, repo.id, signal);
  const found = splits.find((one) => one.config === config && one.split === split);
  if (!found) {
    const known = splits.map((one) => `${one.config}/${one.split}`).join(", ");
    throw new AppError("hub_split_unknown", { id: repo.id, config, split, known });
  }
  const wanted: { address: string; file: RemoteFile }[] = [];
  for (const address of found.files) {
    wanted.push({ address, file: await readFacts(connection, repo, address, signal) });
  }
  // What broke off stays here until it is gone on with, or cleared away after two days.
  const folder = join(temporaryFolder(ws), repoFolderName(repo));
  const total = wanted.reduce((sum, { file }) => sum + file.bytes, 0);
  // Once as it arrives, once in the project.
  await requireRoom(folder, repo, 2 * total);
  await mkdir(dirname(blobPath(folder, "x")), { recursive: true });
  const speed = createSpeed();
  const added: DataFile[] = [];
  let before = 0;
  try {
    for (const [index, { address, file }] of wanted.entries()) {
      const name = fileName(repo, { config, split }, index, wanted.length);
      const onBytes = (bytes: number) => {
        const doneBytes = before + bytes;
        const rate = speed.measure(doneBytes);
        const shown = rate === undefined ? {} : { rate };
        onProgress?.({ file: name, doneBytes, totalBytes: total, ...shown });
      };
      const options = { onBytes, ...(signal ? { signal } : {}) };
      await fetchFile(connection, { repo, address, file, folder }, options);
      before += file.bytes;
      const blob = blobPath(folder, file.hash);
      const stream = createReadStream(blob);
      added.push(await addDataFile(ws, slug, { name, role, stream, existing: "replace" }));
      await rm(blob, { force: true });
    }
    await rm(folder, { recursive: true, force: true });
    return added;
  } catch (error) {
    throw await explainFullDisk(error, folder);
  }
}

/** Size and hash of a file, which the hub says where it redirects to the storage. */
async function readFacts(
  connection: HubConnection,
  repo: Repo,
  address: string,
  signal: AbortSignal | undefined,
): Promise<RemoteFile> {
  const { place } = connection;
  const asked = { what: address, repo };
  const wrong = (detail: string) =>
    new AppError("hub_reply_invalid", { host: place.host, what: repo.id, detail });
  // The addresses come from outside: with the token only the hub itself is asked.
  if (URL.parse(address, place.endpoint)?.origin !== new URL(place.endpoint).origin) {
    throw wrong(address.slice(0, 200));
  }
  const read = (reply: HubReply) => Promise.resolve(reply);
  const { header, response } = await askHub(connection, address, asked, read, {
    method: "HEAD",
    ...(signal ? { signal } : {}),
  });
  const etag = header("x-linked-etag") ?? response.headers.get("etag") ?? "";
  const hash = /^(?:W\/)?"?([0-9a-f]{64}|[0-9a-f]{40})"?$/.exec(etag)?.[1];
  const bytes = Number(header("x-linked-size") ?? response.headers.get("content-length") ?? NaN);
  if (hash === undefined || !Number.isSafeInteger(bytes)) throw wrong("no hash or size of a file");
  const algorithm = hash.length === 64 ? "sha256" : "git-sha1";
  return { path: address.split("/").at(-1) ?? address, bytes, hash, algorithm };
}

/** A plain name that says where the file is from. */
function fileName(
  { id }: Repo,
  { config, split }: Pick<WantedSplit, "config" | "split">,
  index: number,
  count: number,
): string {
  const parts = [id.split("/")[1] ?? id, config === "default" ? "" : config, split];
  if (count > 1) parts.push(String(index + 1).padStart(String(count).length, "0"));
  const name = parts.map((part) => slugify(part)).filter(Boolean);
  return `${name.join("-").slice(0, 150)}.parquet`;
}
