import { copyFile, mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { AppError } from "#contract/errors.ts";
import { renamePatiently } from "../files/atomic.ts";
import { toolFault } from "./faults.ts";
import { engineLocks } from "./locks.ts";
import { findProgram, mendingCommand } from "./mend.ts";
import { environmentPython } from "./paths.ts";
import type { Python } from "./python.ts";
import { runTool, type ToolResult } from "./tool.ts";

export interface UvOptions {
  /** Folder that holds engines; a fetched uv is kept in its `tools`. */
  engines: string;
  log: string;
  env: NodeJS.ProcessEnv;
  signal?: AbortSignal | undefined;
  /** Called before uv is fetched. */
  onFetch?: () => void;
}

const binaryName = process.platform === "win32" ? "uv.exe" : "uv";

/** The version in the lock, such as "0.13.9". */
export async function lockedUvVersion(): Promise<string> {
  const version = /^uv==(\S+)/m.exec(await readFile(engineLocks.uv, "utf8"))?.[1];
  if (!version) throw new Error(`${engineLocks.uv} pins no uv`);
  return version;
}

/**
 * The path of a uv that understands the lock: one fetched before, the machine's own, or the pinned
 * one, fetched with the pip of any Python at hand. Errors: engine_no_python, engine_no_venv,
 * engine_no_network, engine_no_disk, engine_install_failed.
 */
export async function provideUv(pythons: Python[], options: UvOptions): Promise<string> {
  const folder = join(options.engines, "tools", `uv-${await lockedUvVersion()}`);
  const kept = join(folder, binaryName);
  if (existsSync(kept)) return kept;
  const own = findProgram("uv", options.env);
  if (own && (await isRecent(own, options.env))) return own;
  const source = pipSource(pythons);
  options.onFetch?.();
  await mkdir(join(options.engines, "tools"), { recursive: true });
  const beside = await mkdtemp(join(options.engines, "tools", "uv-fetching-"));
  try {
    const fetched = await fetchWithPip(source, beside, options);
    await mkdir(folder, { recursive: true });
    await copyFile(fetched, `${kept}.part`);
    await renamePatiently(`${kept}.part`, kept);
    return kept;
  } finally {
    await rm(beside, { recursive: true, force: true });
  }
}

/** Older ones lack --relocatable or read the lock's markers differently. */
async function isRecent(uv: string, env: NodeJS.ProcessEnv): Promise<boolean> {
  const { code, stdout } = await runTool(uv, ["--version"], { env });
  const [, major, minor] = /^uv (\d+)\.(\d+)/.exec(stdout) ?? [];
  return code === 0 && (Number(major) > 0 || Number(minor) >= 8);
}

/** The Python whose pip can fetch uv, one of its own or that of a virtual environment. */
function pipSource(pythons: Python[]): Python {
  const recent = pythons.filter(({ version: [, minor] }) => minor >= 8);
  const source = recent.find(({ hasPip }) => hasPip) ?? recent.find(({ hasVenv }) => hasVenv);
  if (source) return source;
  if (recent[0]) throw noVenv(recent[0]);
  throw new AppError("engine_no_python", { command: mendingCommand("python") });
}

/** Returns the path of the fetched binary, somewhere below `beside`. */
async function fetchWithPip(source: Python, beside: string, options: UvOptions): Promise<string> {
  if (source.hasPip) {
    const target = join(beside, "target");
    await pipInstall(source.executable, ["--target", target], options);
    return join(target, "bin", binaryName);
  }
  const environment = join(beside, "environment");
  const made = await run(source.executable, ["-m", "venv", environment], options);
  if (made.code !== 0) throw noVenv(source);
  const python = environmentPython(environment);
  await pipInstall(python, [], options);
  return join(python, "..", binaryName);
}

function noVenv(python: Python): AppError {
  return new AppError("engine_no_venv", {
    python: python.executable,
    command: mendingCommand("venv"),
  });
}

async function pipInstall(python: string, where: string[], options: UvOptions): Promise<void> {
  const what = ["--require-hashes", "--no-deps", "--only-binary", ":all:", "-r", engineLocks.uv];
  const quiet = ["--no-input", "--disable-pip-version-check", "--retries", "2"];
  const args = ["-m", "pip", "install", ...quiet, ...where, ...what];
  const result = await run(python, args, options);
  if (result.code === 0) return;
  const fault = { what: "uv", folder: options.engines, log: options.log };
  throw await toolFault(result.lines, fault);
}

function run(program: string, args: string[], options: UvOptions): Promise<ToolResult> {
  const { env, log, signal } = options;
  return runTool(program, args, { env, log, signal });
}
