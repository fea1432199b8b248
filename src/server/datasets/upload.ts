import { Readable } from "node:stream";
import type { Context } from "hono";
import { AppError } from "#contract/errors.ts";
import type { DataFile } from "#contract/project.ts";
import { addDataFile } from "#core/api.ts";
import type { Workspace } from "#core/api.ts";

/** The body of a request as a stream in flat memory; it fails where the body broke off. */
export function uploadOf(c: Context, file: string): Readable {
  const { body } = c.req.raw;
  let received = 0;
  const incomplete = (cause?: unknown) =>
    new AppError("upload_incomplete", { file, received }, { cause });
  const announced = Number(c.req.header("content-length") ?? NaN);

  async function* counted(): AsyncGenerator<Uint8Array> {
    try {
      // Read only as it is asked for: an error that comes before anyone reads would go unheard.
      for await (const chunk of (body ?? []) as AsyncIterable<Uint8Array>) {
        received += chunk.length;
        yield chunk;
      }
    } catch (error) {
      throw incomplete(error);
    }
    if (received < announced) throw incomplete();
  }
  return Readable.from(counted(), { objectMode: false });
}

/**
 * Stores the body of a request as a data file. Memory stays flat, whatever its size.
 * Errors: upload_incomplete where the body broke off, and those of addDataFile.
 */
export async function storeUpload(
  c: Context,
  ws: Workspace,
  slug: string,
  file: { name: string; role: DataFile["role"]; replaces?: string },
): Promise<DataFile> {
  return addDataFile(ws, slug, { ...file, stream: uploadOf(c, file.name) });
}
