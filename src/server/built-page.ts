import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { glob, readFile, rename, rm } from "node:fs/promises";
import { join, resolve } from "node:path";

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
  const { build } = await import("vite");
  const beside = `${folder}.${process.pid}.part`;
  try {
    await build({
      configFile: join(root, "vite.config.ts"),
      logLevel: "error",
      build: { outDir: beside },
    });
    await rename(beside, folder);
  } catch (error) {
    // Another start may have built the same page meanwhile.
    if (!existsSync(folder)) throw error;
  } finally {
    await rm(beside, { recursive: true, force: true });
  }
  return folder;
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
