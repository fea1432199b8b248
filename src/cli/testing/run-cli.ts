import { spawn, type ChildProcess } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

export const mainFile = join(import.meta.dirname, "..", "main.mjs");

export interface CliResult {
  code: number | null;
  stdout: string;
  stderr: string;
}

export interface CliOptions {
  env?: NodeJS.ProcessEnv;
  cwd?: string;
  /** Given to standard input, which is then closed. */
  input?: string;
}

/** The real command line in a process of its own, with plain English output. */
export function startCli(args: readonly string[], options: CliOptions = {}): ChildProcess {
  const flags = ["--disable-warning=ExperimentalWarning", mainFile];
  return spawn(process.execPath, [...flags, ...args], {
    cwd: options.cwd,
    env: { ...process.env, LC_ALL: "C", NO_COLOR: "1", COLUMNS: "100", ...options.env },
    stdio: "pipe",
  });
}

/** Runs it to its end. */
export async function runCli(
  args: readonly string[],
  options: CliOptions = {},
): Promise<CliResult> {
  const child = startCli(args, options);
  const result: CliResult = { code: null, stdout: "", stderr: "" };
  child.stdout?.setEncoding("utf8").on("data", (text: string) => (result.stdout += text));
  child.stderr?.setEncoding("utf8").on("data", (text: string) => (result.stderr += text));
  child.stdin?.end(options.input ?? "");
  result.code = await new Promise((resolve) => child.once("close", resolve));
  return result;
}

/** JSON lines as values. */
export const jsonLines = (text: string): Record<string, unknown>[] =>
  text
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Record<string, unknown>);

/** A folder that is removed after `work`. */
export async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), "tunesmith-cli-"));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}
