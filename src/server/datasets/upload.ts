import type { HttpBindings } from "@hono/node-server";
import type { Context } from "hono";
import { AppError } from "#contract/errors.ts";
import type { DataFile } from "#contract/project.ts";
import { addDataFile } from "#core/api.ts";
import type { NewDataFile } from "#core/datasets/data-files.ts";
import type { Workspace } from "#core/api.ts";

/** The length of the body, where the request says it. */
const announcedBytes = (c: Context): number => Number(c.req.header("content-length") ?? NaN);

/** The body of a request, in flat memory; it fails where the body broke off. */
export async function* uploadOf(c: Context, file: string): AsyncGenerator<Uint8Array> {
  const announced = announcedBytes(c);
  const { incoming } = (c.env ?? {}) as Partial<HttpBindings>;
  let received = 0;
  const incomplete = (cause?: unknown) =>
    new AppError("upload_incomplete", { file, received }, { cause });
  try {
    // Read only as it is asked for: an error that comes before anyone reads would go unheard.
    for await (const chunk of incoming ? networkChunks(incoming) : webChunks(c)) {
      received += chunk.length;
      yield chunk;
    }
  } catch (error) {
    throw incomplete(error);
  }
  if (received < announced) throw incomplete();
}

/**
 * Over the network Node's own stream is read, since a web stream around it costs as much again. It
 * stays open when reading ends early, so that a refusal reaches whoever sends. A chunk's memory goes
 * back once the next one is asked for: left to the garbage collector, 60 MB of chunks lie about.
 */
async function* networkChunks(
  incoming: HttpBindings["incoming"],
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  for await (const chunk of incoming.iterator({ destroyOnReturn: false })) {
    const bytes = chunk as Uint8Array<ArrayBuffer>;
    yield bytes;
    // Node makes one buffer per chunk; what is part of another one may still be in use.
    if (bytes.buffer.byteLength === bytes.byteLength) bytes.buffer.transfer(0);
  }
}

const webChunks = (c: Context) => (c.req.raw.body ?? []) as AsyncIterable<Uint8Array>;

/**
 * Stores the body of a request as a data file. Memory stays flat, whatever its size.
 * Errors: upload_incomplete where the body broke off, and those of addDataFile.
 */
export async function storeUpload(
  c: Context,
  ws: Workspace,
  slug: string,
  file: Pick<NewDataFile, "name" | "role" | "existing" | "replaces">,
): Promise<DataFile> {
  const bytes = announcedBytes(c);
  const announced = Number.isNaN(bytes) ? {} : { bytes };
  return addDataFile(ws, slug, { ...file, ...announced, stream: uploadOf(c, file.name) });
}
