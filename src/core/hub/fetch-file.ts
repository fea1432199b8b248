import { createHash, type Hash } from "node:crypto";
import { createReadStream } from "node:fs";
import { open, rm, type FileHandle } from "node:fs/promises";
import { AppError } from "#contract/errors.ts";
import { renamePatiently } from "../files/atomic.ts";
import type { RemoteFile } from "./api.ts";
import { blobPath, partPath, sizeOf } from "./cache.ts";
import { detailOf, isPassing } from "./refusal.ts";
import { pause, sendOnce, waitBefore, type HubConnection } from "./request.ts";
import type { Repo } from "./repo.ts";
import { showBytes } from "./show-bytes.ts";

export interface FileToFetch {
  readonly repo: Repo;
  /** Where its bytes are asked for. */
  readonly address: string;
  readonly file: RemoteFile;
  /** What its blobs lie in, such as the repository's folder in the cache. */
  readonly folder: string;
}

export interface FetchOptions {
  /** Bytes of this file that are here, each time they change. */
  readonly onBytes: (done: number) => void;
  readonly signal?: AbortSignal;
}

/**
 * Brings one file into a folder's blobs, going on where an earlier attempt ended, and proves its
 * hash. Errors: hub_*, the system's own.
 */
export async function fetchFile(
  connection: HubConnection,
  wanted: FileToFetch,
  options: FetchOptions,
): Promise<void> {
  const { file, folder } = wanted;
  const blob = blobPath(folder, file.hash);
  if ((await sizeOf(blob)) !== file.bytes) {
    const part = partPath(folder, file.hash);
    await fetchPart(connection, wanted, part, options);
    await renamePatiently(part, blob);
  }
  options.onBytes(file.bytes);
}

/** A part of a file with the hash of what it holds. */
interface Part {
  readonly handle: FileHandle;
  hash: Hash;
  bytes: number;
}

async function fetchPart(
  connection: HubConnection,
  wanted: FileToFetch,
  path: string,
  options: FetchOptions,
): Promise<void> {
  const { file } = wanted;
  const part = await openPart(path, file, options);
  try {
    let attempt = 0;
    while (part.bytes < file.bytes) {
      const before = part.bytes;
      try {
        await receive(connection, wanted, part, options);
      } catch (error) {
        options.signal?.throwIfAborted();
        if (isOfTheDisk(error)) throw error;
        if (error instanceof AppError && !isPassing(error)) throw error;
        // What brought the file on was no failed attempt.
        attempt = part.bytes > before ? 1 : attempt + 1;
        const wait = waitBefore(attempt, connection.patience, error);
        if (wait === undefined) throw lost(error, file, part.bytes, attempt);
        await pause(wait, options.signal);
      }
    }
    await part.handle.sync();
  } finally {
    await part.handle.close();
  }
  const found = part.hash.digest("hex");
  if (found === file.hash) return;
  await rm(path, { force: true });
  const algorithm = file.algorithm === "sha256" ? "SHA-256" : "SHA-1";
  throw new AppError("hub_file_wrong", {
    file: file.path,
    algorithm,
    found,
    expected: file.hash,
  });
}

/** Opens what an earlier attempt left and reads it through the hash. */
async function openPart(path: string, file: RemoteFile, options: FetchOptions): Promise<Part> {
  const present = await sizeOf(path);
  const handle = await open(path, present === undefined ? "w" : "r+");
  const part: Part = { handle, hash: startHash(file), bytes: 0 };
  try {
    if (present !== undefined && present > file.bytes) await startAnew(part, file);
    else if (present) {
      for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) {
        options.signal?.throwIfAborted();
        part.hash.update(chunk as Uint8Array);
        part.bytes += (chunk as Uint8Array).length;
        options.onBytes(part.bytes);
      }
    }
    return part;
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/** git hashes a file behind a line that names its length (git-scm.com/book, Git Objects). */
function startHash({ algorithm, bytes }: RemoteFile): Hash {
  return algorithm === "sha256"
    ? createHash("sha256")
    : createHash("sha1").update(`blob ${bytes}\0`);
}

async function startAnew(part: Part, file: RemoteFile): Promise<void> {
  await part.handle.truncate(0);
  part.hash = startHash(file);
  part.bytes = 0;
}

/** One request for what is missing, written as it comes. */
async function receive(
  connection: HubConnection,
  { repo, address, file }: FileToFetch,
  part: Part,
  { onBytes, signal }: FetchOptions,
): Promise<void> {
  const idle = idleSignal(connection.patience.idleMs);
  try {
    const { response } = await sendOnce(
      connection,
      address,
      { what: file.path, repo },
      {
        signal: signal ? AbortSignal.any([signal, idle.signal]) : idle.signal,
        ...(part.bytes > 0 ? { headers: { range: `bytes=${part.bytes}-` } } : {}),
      },
    );
    if (part.bytes > 0 && !continuesAt(response, part.bytes)) await startAnew(part, file);
    for await (const chunk of response.body ?? []) {
      idle.rearm();
      if (part.bytes + chunk.length > file.bytes) {
        // Not this file: what came is of no use.
        await startAnew(part, file);
        const params = { host: connection.place.host, what: file.path };
        throw new AppError("hub_reply_invalid", {
          ...params,
          detail: `more than ${file.bytes} bytes`,
        });
      }
      await writeAt(part, chunk);
      onBytes(part.bytes);
    }
    if (part.bytes < file.bytes) throw new Error("ended early");
  } finally {
    idle.stop();
  }
}

/** Whether the answer begins where the part ends, rather than anew. */
function continuesAt({ status, headers }: Response, bytes: number): boolean {
  if (status !== 206) return false;
  const start = /^bytes (\d+)-/.exec(headers.get("content-range") ?? "")?.[1];
  return Number(start) === bytes;
}

async function writeAt(part: Part, chunk: Uint8Array): Promise<void> {
  for (let written = 0; written < chunk.length;) {
    const position = part.bytes + written;
    const { bytesWritten } = await part.handle.write(chunk, written, undefined, position);
    written += bytesWritten;
  }
  part.hash.update(chunk);
  part.bytes += chunk.length;
}

/** Aborts when nothing was heard for `ms`. */
function idleSignal(ms: number): { signal: AbortSignal; rearm(): void; stop(): void } {
  const controller = new AbortController();
  const timer = setTimeout(() => {
    controller.abort(new DOMException("no answer in time", "TimeoutError"));
  }, ms);
  return {
    signal: controller.signal,
    rearm: () => void timer.refresh(),
    stop: () => clearTimeout(timer),
  };
}

/** Errors of writing carry the system call; those of the network come wrapped by fetch. */
function isOfTheDisk(error: unknown): boolean {
  const call = error instanceof Error && "syscall" in error ? error.syscall : undefined;
  return ["write", "ftruncate", "fsync"].includes(String(call));
}

function lost(error: unknown, file: RemoteFile, done: number, attempts: number): unknown {
  if (error instanceof AppError) return error;
  return new AppError(
    "hub_connection_lost",
    {
      file: file.path,
      done: showBytes(done),
      total: showBytes(file.bytes),
      attempts,
      detail: detailOf(error),
    },
    { cause: error },
  );
}
