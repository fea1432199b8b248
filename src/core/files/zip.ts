import { Buffer } from "node:buffer";
import { fromBufferPromise, openPromise } from "yauzl";
import type { Entry, ZipFile } from "yauzl";

/** The names of an archive's entries. Errors: those of a damaged archive. */
export async function zipNames(archive: string | Buffer): Promise<string[]> {
  const names: string[] = [];
  await eachEntry(archive, ({ fileName }) => {
    names.push(fileName);
    return Promise.resolve(true);
  });
  return names;
}

/**
 * Whether an archive unpacks to no more than `most` bytes; it is unpacked for that, since what it says
 * of itself may be wrong. Errors: those of a damaged archive.
 */
export async function unpacksWithin(archive: string | Buffer, most: number): Promise<boolean> {
  let bytes = 0;
  await eachEntry(archive, async (entry, zip) => {
    for await (const chunk of await zip.openReadStreamPromise(entry)) {
      bytes += (chunk as Buffer).length;
      if (bytes > most) return false;
    }
    return true;
  });
  return bytes <= most;
}

/** Visits entries until a visit gives false. */
async function eachEntry(
  archive: string | Buffer,
  visit: (entry: Entry, zip: ZipFile) => Promise<boolean>,
): Promise<void> {
  const options = { lazyEntries: true, autoClose: false };
  const zip = Buffer.isBuffer(archive)
    ? await fromBufferPromise(archive, options)
    : await openPromise(archive, options);
  try {
    for await (const entry of zip.eachEntry()) if (!(await visit(entry, zip))) return;
  } finally {
    zip.close();
  }
}
