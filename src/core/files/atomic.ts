import { randomBytes } from "node:crypto";
import { constants, statfsSync } from "node:fs";
import { mkdir, open, rename, rm, statfs } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { AppError } from "#contract/errors.ts";
import { errorCode } from "./error-code.ts";

/** Writes `text` to `path` so that a reader sees the old file or the new one, never a part. */
export async function writeFileAtomic(path: string, text: string | Uint8Array): Promise<void> {
  await writeAtomic(path, (file) => file.writeFile(text));
}

/** Writes an object as indented JSON, atomically. */
export async function writeJsonAtomic(path: string, value: unknown): Promise<void> {
  await writeFileAtomic(path, jsonText(value));
}

/** Like writeJsonAtomic, but never, not even for an instant, readable by others. */
export async function writeSecretAtomic(path: string, value: unknown): Promise<void> {
  await writeAtomic(path, (file) => file.writeFile(jsonText(value)), 0o600);
}

const jsonText = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

/** Writes a stream to `path`, atomically; `onChunk` sees every chunk. Memory stays flat. */
export async function writeStreamAtomic(
  path: string,
  stream: AsyncIterable<Uint8Array | string>,
  onChunk: (chunk: Uint8Array) => void,
): Promise<void> {
  await writeAtomic(path, async (file) => {
    for await (const chunk of stream) {
      const bytes = typeof chunk === "string" ? new TextEncoder().encode(chunk) : chunk;
      onChunk(bytes);
      await writeAll(file, bytes);
    }
  });
}

/**
 * Temporary file in the same folder, fsync, rename, fsync of the folder. The temporary file is
 * removed when anything fails; the old file stays then. Errors: disk_full.
 */
export async function writeAtomic(
  path: string,
  write: (file: FileHandle) => Promise<unknown>,
  mode?: number,
): Promise<void> {
  const temporary = join(
    dirname(path),
    `.${basename(path)}.${randomBytes(4).toString("hex")}.part`,
  );
  try {
    const file = await open(temporary, "wx", mode);
    try {
      await write(file);
      await file.sync();
    } finally {
      await file.close();
    }
    await renamePatiently(temporary, path);
    await syncFolder(dirname(path));
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw await explainFullDisk(error, path);
  }
}

/** Creates a folder and makes its entry durable. */
export async function makeFolder(path: string): Promise<void> {
  await mkdir(path, { recursive: true });
  await syncFolder(dirname(path));
}

/** Makes renames and new entries in `folder` survive a power loss, where the system can. */
export async function syncFolder(folder: string): Promise<void> {
  // Windows cannot open folders; its file systems order these writes in their journal.
  if (process.platform === "win32") return;
  const handle = await open(folder, constants.O_RDONLY);
  try {
    await handle.sync();
  } catch (error) {
    // Some network file systems cannot sync a folder at all.
    if (!["EINVAL", "EPERM", "ENOTSUP"].includes(errorCode(error) ?? "")) throw error;
  } finally {
    await handle.close();
  }
}

/** Renames; on Windows a virus scanner may hold a fresh file open for a moment. */
export async function renamePatiently(from: string, to: string): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    try {
      await rename(from, to);
      return;
    } catch (error) {
      const held = ["EPERM", "EBUSY", "EACCES"].includes(errorCode(error) ?? "");
      if (process.platform !== "win32" || !held || attempt === 10) throw error;
      await sleep(20 * (attempt + 1));
    }
  }
}

async function writeAll(file: FileHandle, bytes: Uint8Array): Promise<void> {
  let written = 0;
  while (written < bytes.length) {
    const result = await file.write(bytes, written);
    written += result.bytesWritten;
  }
}

/** A full disk as `disk_full` with the room that is left; any other error as it came. */
export async function explainFullDisk(cause: unknown, file: string): Promise<unknown> {
  if (!isFullDisk(cause)) return cause;
  return fullDisk(cause, file, await statfs(dirname(file)).catch(() => undefined));
}

/** As explainFullDisk, for writers in a thread of their own, which need not wait for anything. */
export function explainFullDiskSync(cause: unknown, file: string): unknown {
  return isFullDisk(cause) ? fullDisk(cause, file, statfsSync(dirname(file))) : cause;
}

const isFullDisk = (cause: unknown): boolean =>
  ["ENOSPC", "EDQUOT"].includes(errorCode(cause) ?? "");

function fullDisk(
  cause: unknown,
  file: string,
  room: { bavail: number; bsize: number } | undefined,
): AppError {
  const free = room ? `${Math.floor((room.bavail * room.bsize) / 2 ** 20)} MiB` : "unknown";
  return new AppError("disk_full", { file, needed: "more", free }, { cause });
}
