import { Buffer } from "node:buffer";
import { open } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { basename } from "node:path";
import { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { AppError } from "#contract/errors.ts";
import { errorCode, errorText } from "../../files/error-code.ts";

/** How a file's bytes become UTF-8 text. */
export interface Unpacking {
  compressed: boolean;
  /** A label of the WHATWG Encoding Standard. */
  encoding: string;
}

export interface ReadOptions {
  signal?: AbortSignal;
  /** Called with the bytes of the file that were read so far. */
  onBytes?: (done: number) => void;
  /** Where to begin: a line's first byte, and its number. For plain JSON lines alone. */
  from?: { offset: number; line: number };
}

/** As those of a reader, who may say that it is done with a piece when it asks for the next one. */
export interface TextOptions extends ReadOptions {
  letsGo?: boolean;
}

const chunkBytes = 1 << 20;

/**
 * The text of a file in UTF-8, without its byte-order mark, in pieces. What its encoding does not
 * know becomes a byte that is no UTF-8, so that the row with it is found. A file that grows is read
 * to the end that it had. Error: data_gzip_broken.
 */
export async function* readText(
  path: string,
  { compressed, encoding }: Unpacking,
  options: TextOptions = {},
): AsyncGenerator<Buffer> {
  const bytes = readBytes(path, compressed, options);
  yield* encoding === "utf-8" ? withoutMark(bytes) : transcode(bytes, encoding);
}

/** A file's bytes, unpacked. Error: data_gzip_broken. */
export async function* readBytes(
  path: string,
  compressed: boolean,
  options: TextOptions = {},
): AsyncGenerator<Buffer> {
  const file = await open(path);
  try {
    const raw = readPieces(file, options);
    if (!compressed) {
      yield* raw;
      return;
    }
    const packed = Readable.from(raw, { objectMode: false });
    const gunzip = createGunzip({ chunkSize: chunkBytes });
    packed.on("error", (error) => gunzip.destroy(error));
    try {
      for await (const chunk of packed.pipe(gunzip)) yield chunk as Buffer;
    } catch (error) {
      throw isZlibError(error) ? brokenGzip(path, error) : error;
    } finally {
      packed.destroy();
    }
  } finally {
    await file.close();
  }
}

/** The file up to the size that it has now: it may grow. */
async function* readPieces(
  file: FileHandle,
  { signal, onBytes, from, letsGo = false }: TextOptions,
): AsyncGenerator<Buffer> {
  const { size } = await file.stat();
  for (let done = from?.offset ?? 0; done < size;) {
    signal?.throwIfAborted();
    const piece = Buffer.allocUnsafeSlow(Math.min(chunkBytes, size - done));
    const { bytesRead } = await file.read(piece, 0, piece.length, done);
    if (bytesRead === 0) return;
    done += bytesRead;
    onBytes?.(done);
    yield piece.subarray(0, bytesRead);
    // Left to the garbage collector, dozens of megabytes of pieces lie about.
    if (letsGo) piece.buffer.transfer(0);
  }
}

const isZlibError = (error: unknown): boolean => errorCode(error)?.startsWith("Z_") ?? false;

const brokenGzip = (path: string, error: unknown): AppError =>
  new AppError(
    "data_gzip_broken",
    { file: basename(path), detail: errorText(error) },
    { cause: error },
  );

async function* withoutMark(chunks: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  let first = true;
  let held = Buffer.alloc(0);
  for await (const chunk of chunks) {
    if (!first) {
      yield chunk;
      continue;
    }
    held = Buffer.concat([held, chunk]);
    if (held.length < 3) continue;
    first = false;
    yield held.subarray(0, 3).equals(mark) ? held.subarray(3) : held;
  }
  if (first && held.length > 0) yield held;
}

const mark = Buffer.from([0xef, 0xbb, 0xbf]);
/** Stands in no UTF-8 text. */
const invalid = Buffer.from([0xff]);

async function* transcode(
  chunks: AsyncGenerator<Buffer>,
  encoding: string,
): AsyncGenerator<Buffer> {
  const decoder = new TextDecoder(encoding);
  for await (const chunk of chunks) yield encode(decoder.decode(chunk, { stream: true }));
  const rest = decoder.decode();
  if (rest !== "") yield encode(rest);
}

function encode(text: string): Buffer {
  if (!text.includes("\uFFFD")) return Buffer.from(text);
  const parts = text.split("\uFFFD").flatMap((part) => [Buffer.from(part), invalid]);
  return Buffer.concat(parts.slice(0, -1));
}
