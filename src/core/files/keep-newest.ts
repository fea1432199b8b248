import { readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";

/** Removes all but the newest files of a cache folder; what cannot be removed stays. */
export async function keepNewest(folder: string, count: number): Promise<void> {
  const files = await Promise.all(
    (await readdir(folder)).map(async (name) => {
      const path = join(folder, name);
      return { path, at: (await stat(path).catch(() => undefined))?.mtimeMs ?? 0 };
    }),
  );
  for (const { path } of files.sort((a, b) => b.at - a.at).slice(count)) {
    await rm(path, { force: true }).catch(() => undefined);
  }
}
