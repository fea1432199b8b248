import { createHash } from "node:crypto";
import { createReadStream, type ReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import type { IncomingMessage } from "node:http";
import { Transform } from "node:stream";
import { AppError } from "#contract/errors.ts";
import { ask, explain, isDiskFull, openRequest, readText, refusal } from "./http.ts";

/** Called with bytes done so far; `total` is the file's size. */
export type ByteProgress = (done: number, total: number) => void;

export interface TransferOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ByteProgress;
  readonly idleMs?: number;
}

// Few, large pieces: with the default 64 KiB the loop, not the disk, sets the pace.
const pieceBytes = 1 << 20;
/** Ollama hashes and stores what it got after the last byte, and says nothing meanwhile. */
const uploadIdleMs = 5 * 60_000;
/** How long an answer may trail behind a connection that Ollama closed while we still wrote. */
const lateAnswerMs = 1000;

/** `sha256:<hex>` of a file, read once in pieces. */
export async function fileDigest(path: string, options: TransferOptions = {}): Promise<string> {
  const { size } = await stat(path);
  const hash = createHash("sha256");
  let done = 0;
  for await (const piece of openPieces(path, options.signal)) {
    hash.update(piece);
    done += piece.length;
    options.onProgress?.(done, size);
  }
  return `sha256:${hash.digest("hex")}`;
}

/** Whether Ollama holds this blob already. */
export async function hasBlob(
  address: string,
  digest: string,
  signal?: AbortSignal,
): Promise<boolean> {
  const path = `/api/blobs/${digest}`;
  const answer = await ask(address, { method: "HEAD", path, signal, idleMs: 30_000 });
  const text = await readText(answer, address, signal);
  if (answer.statusCode === 200) return true;
  if (answer.statusCode === 404) return false;
  throw refusal(answer.statusCode ?? 0, text, path);
}

/**
 * Stream a file to Ollama, a piece at a time, so that memory stays flat whatever its size.
 * Errors: ollama_not_running, ollama_disk_full, ollama_upload_broken (with how far it came),
 * ollama_upload_changed (the file is no longer the one that was hashed), ollama_timeout.
 */
export async function uploadBlob(
  address: string,
  path: string,
  digest: string,
  options: TransferOptions = {},
): Promise<void> {
  const { signal, onProgress } = options;
  const { size } = await stat(path);
  const url = `/api/blobs/${digest}`;
  const request = openRequest(
    address,
    { method: "POST", path: url, signal, idleMs: options.idleMs ?? uploadIdleMs },
    { "Content-Type": "application/octet-stream", "Content-Length": size },
  );
  const pieces = openPieces(path, signal);
  const paced = afterPolling();
  let done = 0;
  let answered: IncomingMessage | undefined;
  let fileError: Error | undefined;
  const response = new Promise<IncomingMessage>((resolve, reject) => {
    request.once("response", (answer) => {
      answered = answer;
      // Who refuses early closes soon, and what is written after that would hide the answer.
      if ((answer.statusCode ?? 0) >= 400) {
        pieces.destroy();
        paced.destroy();
      }
      resolve(answer);
    });
    // A server that refuses early closes while we write; its answer may still be on the way.
    request.once("error", (error) => {
      setTimeout(reject, answered ? 0 : lateAnswerMs, error);
    });
    pieces.once("error", (error) => {
      fileError = error;
      reject(error);
    });
  });
  pieces.on("data", (piece) => {
    done += piece.length;
    onProgress?.(done, size);
  });
  pieces.pipe(paced).pipe(request);
  try {
    const answer = await response;
    const text = await readText(answer, address, signal);
    const status = answer.statusCode ?? 0;
    if (status >= 400) throw uploadRefusal(refusal(status, text, url), path);
  } catch (error) {
    if (fileError && !signal?.aborted) throw fileError;
    throw uploadError(explain(error, address, signal), { path, done, size });
  } finally {
    pieces.destroy();
    request.destroy();
  }
}

/** The upload is skipped if the blob is there; tells whether anything was sent. */
export async function ensureBlob(
  address: string,
  path: string,
  digest: string,
  options: TransferOptions = {},
): Promise<"uploaded" | "present"> {
  if (await hasBlob(address, digest, options.signal)) return "present";
  await uploadBlob(address, path, digest, options);
  return "uploaded";
}

function openPieces(path: string, signal: AbortSignal | undefined): ReadStream {
  return createReadStream(path, { highWaterMark: pieceBytes, ...(signal ? { signal } : {}) });
}

/**
 * Passes each piece on after a whole turn of the event loop. A write to a connection that the
 * other side has closed destroys the socket with the answer still unread in it; this way an answer
 * that came while this process was held up is always read before the next write.
 */
function afterPolling(): Transform {
  return new Transform({
    highWaterMark: pieceBytes,
    transform(piece: Buffer, _encoding, pass) {
      setImmediate(() => setImmediate(pass, null, piece));
    },
  });
}

function uploadRefusal(error: AppError, file: string): AppError {
  const detail = String(error.params["detail"] ?? "");
  return /digest mismatch/i.test(detail) ? new AppError("ollama_upload_changed", { file }) : error;
}

function uploadError(error: unknown, at: { path: string; done: number; size: number }): unknown {
  if (!(error instanceof AppError) || error.code !== "ollama_connection_lost") return error;
  const detail = String(error.params["detail"]);
  if (isDiskFull(detail)) return new AppError("ollama_disk_full", { detail });
  return new AppError(
    "ollama_upload_broken",
    { file: at.path, done: at.done, total: at.size, detail },
    { cause: error },
  );
}
