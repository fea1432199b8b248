import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { glob, readFile, rename, rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import { promisify } from "node:util";

const root = resolve(import.meta.dirname, "../..");
/** Everything the page is made of: its own files, the contract that it imports, the packages. */
const sources = ["src/web/**/*", "src/contract/**/*.ts", "vite.config.ts", "package-lock.json"];

/**
 * The folder of the built page, named by the hash of what it is made of and never changed in place:
 * a page that is open keeps its files when Tunesmith is updated. Builds it where it is missing,
 * which takes some seconds; `onBuild` is called before.
 */
export async function provideBuiltPage(onBuild: () => void): Promise<string> {
  const folder = join(root, "dist", `web-${await sourceHash()}`);
  if (existsSync(folder)) return folder;
  onBuild();
  const beside = `${folder}.${process.pid}.part`;
  try {
    await build(beside);
    await rename(beside, folder);
  } catch (error) {
    // Another start may have built the same page meanwhile.
    if (!existsSync(folder)) throw error;
  } finally {
    await rm(beside, { recursive: true, force: true });
  }
  return folder;
}

/** In a process of its own: the bundler takes 400 MB, which this one would keep. */
async function build(outDir: string): Promise<void> {
  const config = join(root, "vite.config.ts");
  const vite = join(root, "node_modules", "vite", "bin", "vite.js");
  const args = [vite, "build", "--config", config, "--outDir", outDir, "--logLevel", "error"];
  await promisify(execFile)(process.execPath, args, { cwd: root, windowsHide: true });
}

async function sourceHash(): Promise<string> {
  const hash = createHash("sha256");
  const paths: string[] = [];
  for await (const file of glob(sources, { cwd: root, withFileTypes: true })) {
    if (file.isFile() && !file.name.includes(".test.")) {
      paths.push(join(file.parentPath, file.name));
    }
  }
  for (const path of paths.sort()) {
    hash.update(path.slice(root.length));
    hash.update(await readFile(path));
  }
  return hash.digest("hex").slice(0, 16);
}
