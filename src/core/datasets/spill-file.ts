import { randomBytes } from "node:crypto";
import { closeSync, openSync, readSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { explainFullDiskSync } from "../files/atomic.ts";

/** A file for what would not fit into memory; it is there as long as the process needs it. */
export interface SpillFile {
  /** Writes behind what is there, and returns where that begins. */
  append: (bytes: Uint8Array) => number;
  /** Fills `into` with the bytes from `offset` on. */
  read: (into: Uint8Array, offset: number) => void;
  close: () => void;
}

/** Errors: disk_full, from `append`. */
export function openSpillFile(folder: string = tmpdir()): SpillFile {
  const path = join(folder, `tunesmith-rows-${randomBytes(8).toString("hex")}`);
  const file = openSync(path, "wx+", 0o600);
  if (process.platform !== "win32") rmSync(path);
  let size = 0;
  let open = true;
  return {
    append(bytes) {
      const start = size;
      try {
        for (let done = 0; done < bytes.length;) {
          done += writeSync(file, bytes, done, bytes.length - done, start + done);
        }
      } catch (error) {
        throw explainFullDiskSync(error, path);
      }
      size += bytes.length;
      return start;
    },
    read(into, offset) {
      for (let done = 0; done < into.length;) {
        const got = readSync(file, into, done, into.length - done, offset + done);
        if (got === 0) throw new Error("a temporary file is shorter than what was written to it");
        done += got;
      }
    },
    close() {
      if (!open) return;
      open = false;
      closeSync(file);
      rmSync(path, { force: true });
    },
  };
}
