import { access, readdir, readFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { z } from "zod";
import { enginePaths, type EnginePaths } from "./paths.ts";

/** engine.json: written last, when everything in the engine was seen working. */
const engineStampSchema = z.object({
  schemaVersion: z.literal(1),
  id: z.string(),
  createdAt: z.string(),
  /** Versions of Python, llama.cpp's package and the main Python packages. */
  versions: z.record(z.string(), z.string()),
});
export type EngineStamp = z.infer<typeof engineStampSchema>;

export interface EngineStatus {
  /** broken: it was installed, and something of it is gone since. */
  state: "ready" | "missing" | "broken";
  id: string;
  paths: EnginePaths;
  /** Where ready or broken. */
  stamp?: EngineStamp;
  /** Where broken: the path that is gone. */
  gone?: string;
  /** Folders of engines that other versions of Tunesmith use or used. */
  others: string[];
}

/** Looks at what is there; reads only, in a few milliseconds. */
export async function engineStatus(home: string): Promise<EngineStatus> {
  const paths = enginePaths(home);
  const found = { id: basename(paths.folder), paths, others: await otherEngines(paths.folder) };
  const stamp = await readStamp(paths.stamp);
  if (!stamp) return { state: "missing", ...found };
  const gone = await firstGone([
    paths.python,
    join(paths.llama, "lib"),
    join(paths.llama, "source", "convert_hf_to_gguf.py"),
  ]);
  if (gone) return { state: "broken", ...found, stamp, gone };
  return { state: "ready", ...found, stamp };
}

async function readStamp(file: string): Promise<EngineStamp | undefined> {
  try {
    return engineStampSchema.parse(JSON.parse(await readFile(file, "utf8")));
  } catch {
    return undefined; // absent or half written: either way there is no finished engine
  }
}

/** `access` follows links: the environment's python is one, to an interpreter that may have gone. */
async function firstGone(files: string[]): Promise<string | undefined> {
  for (const file of files) {
    try {
      await access(file);
    } catch {
      return file;
    }
  }
  return undefined;
}

async function otherEngines(folder: string): Promise<string[]> {
  const names = await readdir(dirname(folder)).catch(() => []);
  return names
    .filter((name) => /^[0-9a-f]{16}$/.test(name) && name !== basename(folder))
    .map((name) => join(dirname(folder), name));
}
