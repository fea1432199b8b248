import { existsSync } from "node:fs";
import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { AppError } from "#contract/errors.ts";
import { renamePatiently } from "../files/atomic.ts";
import { npmFault, toolFault } from "./faults.ts";
import { engineLocks } from "./locks.ts";
import { findProgram, mendingCommand } from "./mend.ts";
import { findNpmCli, installLocked } from "./npm.mjs";
import type { OnEngineProgress } from "./progress.ts";
import { runTool } from "./tool.ts";

export interface LlamaOptions {
  engines: string;
  log: string;
  env: NodeJS.ProcessEnv;
  onProgress: OnEngineProgress;
  signal?: AbortSignal | undefined;
}

/** The packages that hold llama.cpp's libraries, by platform. */
const packages: Record<string, string> = {
  "linux-x64": "@node-llama-cpp/linux-x64",
  "linux-arm64": "@node-llama-cpp/linux-arm64",
  "darwin-arm64": "@node-llama-cpp/mac-arm64-metal",
  "win32-x64": "@node-llama-cpp/win-x64",
};

/** Those that both PyTorch and llama.cpp are made for. Errors: engine_platform. */
export function llamaPackage(platform = `${process.platform}-${process.arch}`): string {
  const name = packages[platform];
  if (name) return name;
  throw new AppError("engine_platform", { platform, known: Object.keys(packages).join(", ") });
}

/** Errors: engine_no_git. */
export function requireGit(env: NodeJS.ProcessEnv = process.env): string {
  const git = findProgram("git", env);
  if (!git) throw new AppError("engine_no_git", { command: mendingCommand("git") });
  return git;
}

/** Errors: engine_no_npm. */
function requireNpm(env: NodeJS.ProcessEnv): string {
  const npmCli = findNpmCli(env);
  if (!npmCli) throw new AppError("engine_no_npm", {});
  return npmCli;
}

/**
 * Fills `folder` with llama.cpp: `lib/` (libllama and its backends) and `source/` (converter).
 * Errors: engine_no_git, engine_no_npm, engine_no_network, engine_no_disk, engine_install_failed.
 */
export async function installLlama(folder: string, options: LlamaOptions): Promise<void> {
  const { engines, log, env, onProgress, signal } = options;
  const git = requireGit(env);
  const npm = { node: process.execPath, npmCli: requireNpm(env), env, signal };
  const fault = { what: "llama.cpp", folder: engines, log };
  const library = llamaPackage();
  const fetched = join(folder, "packages");
  onProgress({ step: "llama", note: library });
  const failure = await installLocked(npm, engineLocks.llama, ["node-llama-cpp", library], fetched);
  signal?.throwIfAborted();
  if (failure) throw await npmFault(failure, fault);

  const modules = join(fetched, "node_modules");
  await placeLibraries(join(modules, library, "bins"), join(folder, "lib"));
  onProgress({ step: "source" });
  const bundle = join(modules, "node-llama-cpp", "llama", "gitRelease.bundle");
  const source = join(folder, "source");
  const cloned = await cloneBundle(git, bundle, source, options);
  if (cloned.code !== 0) throw await toolFault(cloned.lines, fault);
  await rm(join(source, ".git"), { recursive: true, force: true });
  await rm(fetched, { recursive: true, force: true });
}

/** The package keeps its binaries in one folder that is named by the platform. */
async function placeLibraries(bins: string, target: string): Promise<void> {
  const [variant] = existsSync(bins) ? await readdir(bins) : [];
  if (!variant) throw new Error(`no libraries in ${bins}`);
  await mkdir(join(target, ".."), { recursive: true });
  await renamePatiently(join(bins, variant), target);
}

function cloneBundle(git: string, bundle: string, source: string, options: LlamaOptions) {
  // A repository that surrounds this process (hooks set these) must not be taken for the target.
  const own = Object.entries(options.env).filter(([key]) => !key.startsWith("GIT_"));
  const config = ["core.autocrlf=false", "core.longpaths=true", "advice.detachedHead=false"];
  const args = [...config.flatMap((value) => ["-c", value]), "clone", "--quiet", bundle, source];
  return runTool(git, args, {
    env: Object.fromEntries(own),
    log: options.log,
    signal: options.signal,
  });
}
