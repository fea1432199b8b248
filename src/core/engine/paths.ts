import { join, resolve } from "node:path";
import { engineId, root } from "./locks.ts";

/** Where the parts of the engine lie; absolute paths, whether or not they exist. */
export interface EnginePaths {
  /** Folder of this engine, named by its id. */
  folder: string;
  /** Python's binary in the engine's environment. */
  python: string;
  /** For $TUNESMITH_LLAMA: `lib/` with libllama and its backends, `source/` with the converter. */
  llama: string;
  /** For $PYTHONPATH: the folder that holds the package tunesmith_trainer. */
  trainer: string;
  /** Written last: an engine without it is none. */
  stamp: string;
}

/** The folder that holds engines: $TUNESMITH_ENGINE, else `engine` in the home folder. */
export function enginesFolder(home: string, env: NodeJS.ProcessEnv = process.env): string {
  return resolve(env["TUNESMITH_ENGINE"] || join(home, "engine"));
}

/** Python's binary in a virtual environment. */
export function environmentPython(environment: string, platform = process.platform): string {
  return platform === "win32"
    ? join(environment, "Scripts", "python.exe")
    : join(environment, "bin", "python");
}

/**
 * The paths of the engine that this version of Tunesmith uses. $TUNESMITH_PYTHON and
 * $TUNESMITH_LLAMA put others in their place, for whoever works on the engine itself.
 */
export function enginePaths(home: string, env: NodeJS.ProcessEnv = process.env): EnginePaths {
  const paths = pathsIn(join(enginesFolder(home, env), engineId()));
  const { TUNESMITH_PYTHON: python, TUNESMITH_LLAMA: llama } = env;
  return { ...paths, ...(python && { python }), ...(llama && { llama: resolve(llama) }) };
}

/** The same layout in any folder, such as one where an engine is being installed. */
export function pathsIn(folder: string): EnginePaths {
  return {
    folder,
    python: environmentPython(join(folder, "python")),
    llama: join(folder, "llama"),
    trainer: join(root, "trainer"),
    stamp: join(folder, "engine.json"),
  };
}
