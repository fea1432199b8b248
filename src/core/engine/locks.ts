import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** The clone or package that this code runs from. */
export const root = join(import.meta.dirname, "..", "..", "..");

/** What an engine is made from; see engine/README.md. */
export const engineLocks = {
  python: join(root, "engine", "python", "requirements.lock"),
  uv: join(root, "engine", "python", "uv-requirements.lock"),
  dev: join(root, "engine", "python", "dev-requirements.lock"),
  llama: join(root, "engine", "llama", "package-lock.json"),
};

/** Raised when the folder's layout changes while the locks do not. */
const layout = 1;

/**
 * The name of the engine that this version of Tunesmith uses: a hash over the locks and the
 * platform. Other locks are another engine in another folder, so an update breaks no running run.
 */
export function engineId(platform = `${process.platform}-${process.arch}`): string {
  const hash = createHash("sha256").update(`${layout} ${platform}\n`);
  for (const lock of [engineLocks.python, engineLocks.llama]) {
    // git may have turned line ends around on Windows.
    hash.update(readFileSync(lock, "utf8").replaceAll("\r\n", "\n"));
  }
  return hash.digest("hex").slice(0, 16);
}
