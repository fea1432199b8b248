import { readdir } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { Readable } from "node:stream";
import { ZipFile } from "yazl";

/**
 * A folder as a zip archive, made while it is sent. Weights do not compress, so files are stored
 * as they are; the size is then known before.
 */
export async function archiveOf(
  folder: string,
): Promise<{ stream: ReadableStream; bytes: number | undefined }> {
  const archive = new ZipFile();
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  for (const entry of entries.sort((a, b) => a.name.localeCompare(b.name))) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const name = relative(folder, path).split(sep).join("/");
    archive.addFile(path, name, { compress: false });
  }
  const output = archive.outputStream as Readable;
  const bytes = await new Promise<number>((resolve, reject) => {
    archive.on("error", (error: Error) => {
      output.destroy(error);
      reject(error);
    });
    // The declarations know the callback without its argument; -1 = not known beforehand.
    const onSize = (size: number) => resolve(size);
    archive.end({ forceZip64Format: false, comment: "" }, onSize as () => void);
  });
  return {
    stream: Readable.toWeb(output) as ReadableStream,
    bytes: bytes < 0 ? undefined : bytes,
  };
}
