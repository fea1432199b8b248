// @ts-check
import { lstatSync, readdirSync } from "node:fs";
import path from "node:path";

/** Set-up talks on stderr: stdout belongs to the program that follows. @param {string} line */
export function say(line) {
  process.stderr.write(`${line}\n`);
}

/** What stops the set-up in a way that its user can mend: shown as one sentence, no stack. */
export class SetupError extends Error {}

/** @param {number} bytes */
export function megabytes(bytes) {
  return `${Math.round(bytes / 1e6)} MB`;
}

/** Bytes of all files below a folder. @param {string} folder @returns {number} */
export function folderBytes(folder) {
  let bytes = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const place = path.join(folder, entry.name);
    bytes += entry.isDirectory() ? folderBytes(place) : lstatSync(place).size;
  }
  return bytes;
}

/**
 * Says what begins, then how large the result is and how long it took.
 * @template T
 * @param {string} what
 * @param {string} folder whose size is told at the end
 * @param {() => Promise<T>} work
 */
export async function timed(what, folder, work) {
  say(`${what} …`);
  const begin = Date.now();
  const result = await work();
  const seconds = ((Date.now() - begin) / 1000).toFixed(1);
  say(`${what}: ${megabytes(folderBytes(folder))} in ${seconds} s`);
  return result;
}

/** Failures of the file system, as sentences. */
const mends = /** @type {Record<string, string>} */ ({
  ENOSPC: "the disk is full: free 1 GB there, and start again",
  EACCES: "it cannot be written: make it yours, or clone Tunesmith elsewhere, and start again",
  EPERM: "it cannot be written: make it yours, or clone Tunesmith elsewhere, and start again",
  EROFS: "it cannot be written: clone Tunesmith to a disk that can, and start again",
});

/** @param {string} code of an error of the file system @param {string} folder */
export function fileSetupError(code, folder) {
  const mend = mends[code];
  return mend ? new SetupError(`${folder}: ${mend}.`) : undefined;
}

/**
 * Ends the set-up: one sentence for what a user can mend, the whole error for the rest.
 * @param {unknown} error
 * @param {string} root the clone
 */
export function reportSetupError(error, root) {
  const code = String(/** @type {NodeJS.ErrnoException} */ (error)?.code);
  const known = error instanceof SetupError ? error : fileSetupError(code, root);
  if (known) say(known.message);
  else console.error(error);
  process.exitCode = 1;
}
