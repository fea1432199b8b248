import { join } from "node:path";
import { AppError } from "#contract/errors.ts";
import { toolFault } from "./faults.ts";
import { engineLocks } from "./locks.ts";
import { mendingCommand } from "./mend.ts";
import { environmentPython } from "./paths.ts";
import type { OnEngineProgress } from "./progress.ts";
import { canTrain, type Python } from "./python.ts";
import { runTool } from "./tool.ts";

export interface EnvironmentOptions {
  uv: string;
  pythons: Python[];
  /** Folder that holds engines; uv's cache lies in it, so that packages are linked, not copied. */
  engines: string;
  log: string;
  env: NodeJS.ProcessEnv;
  onProgress: OnEngineProgress;
  signal?: AbortSignal | undefined;
  /** What is being installed, for people. */
  what?: string;
}

const companions = "PyTorch and its companions";

/**
 * Makes a virtual environment with the locked packages, byte-compiled. It can be moved afterwards.
 * Errors: engine_no_python, engine_no_network, engine_no_disk, engine_install_failed.
 */
export async function makePythonEnvironment(
  folder: string,
  options: EnvironmentOptions,
): Promise<void> {
  const { uv, log, signal } = options;
  const env = uvEnvironment(options.engines, options.env);
  const fault = { what: companions, folder: options.engines, log };
  const python = options.pythons.find(canTrain);
  const base = python
    ? ["--python", python.executable, "--no-python-downloads"]
    : ["--python", "3.13", "--managed-python"]; // uv brings one, where it is let
  const made = await runTool(uv, ["venv", "--relocatable", ...base, folder], { env, log, signal });
  if (made.code !== 0 && !python)
    throw new AppError("engine_no_python", { command: mendingCommand("python") });
  if (made.code !== 0) throw await toolFault(made.lines, fault);
  await installRequirements(engineLocks.python, ["--python", environmentPython(folder)], options);
}

/** Installs a lock with uv into `where`; only wheels whose hash is in the lock. */
export async function installRequirements(
  lock: string,
  where: string[],
  { uv, engines, log, env, onProgress, signal, what = companions }: EnvironmentOptions,
): Promise<void> {
  const strict = ["--require-hashes", "--no-deps", "--only-binary", ":all:", "--compile-bytecode"];
  const installed = await runTool(uv, ["pip", "install", ...strict, ...where, "-r", lock], {
    env: uvEnvironment(engines, env),
    log,
    signal,
    onLine: downloadProgress(onProgress),
  });
  if (installed.code !== 0) throw await toolFault(installed.lines, { what, folder: engines, log });
}

/**
 * uv as the lock wants it: not bent by a configuration file of this machine, but for its index. It
 * trusts whom the machine trusts, as pip and npm do: networks that look into TLS have a root of
 * their own there.
 */
export function uvEnvironment(engines: string, env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const { VIRTUAL_ENV: _, PYTHONHOME: __, PYTHONPATH: ___, ...kept } = env;
  return {
    UV_CACHE_DIR: join(engines, "cache"),
    UV_SYSTEM_CERTS: "1",
    ...kept,
    UV_NO_PROGRESS: "1",
  };
}

/**
 * Reads uv's lines "Downloading torch (514.2MiB)" and " Downloaded torch". They come for packages
 * of more than 1 MiB, all announced within the first second.
 */
export function downloadProgress(onProgress: OnEngineProgress): (line: string) => void {
  const sizes = new Map<string, number>();
  const units: Record<string, number> = { KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30 };
  let doneBytes = 0;
  return (line) => {
    const begun = /^Downloading (\S+) \(([\d.]+)(KiB|MiB|GiB)\)/.exec(line);
    const ended = /^ ?Downloaded (\S+)/.exec(line);
    if (begun?.[1]) sizes.set(begun[1], Number(begun[2]) * (units[begun[3] ?? ""] ?? 0));
    else if (ended?.[1]) doneBytes += sizes.get(ended[1]) ?? 0;
    else if (line.startsWith("Installed ")) return onProgress({ step: "compiling" });
    else return;
    const totalBytes = [...sizes.values()].reduce((sum, bytes) => sum + bytes, 0);
    onProgress({ step: "python", doneBytes, totalBytes, note: begun?.[1] ?? ended?.[1] ?? "" });
  };
}
