import { spawn } from "node:child_process";
import { appendFile } from "node:fs/promises";
import { createInterface } from "node:readline";

export interface ToolOptions {
  cwd?: string;
  env?: NodeJS.ProcessEnv;
  signal?: AbortSignal | undefined;
  /** Each line of stdout and stderr as it comes. */
  onLine?: (line: string) => void;
  /** File to which command and output are appended. */
  log?: string;
}

export interface ToolResult {
  /** 0 where it worked; undefined where the program could not be started. */
  code: number | null | undefined;
  /** Both streams' lines in the order they came. */
  lines: string[];
  stdout: string;
}

/** Runs a program without a terminal to its end. Throws only where `signal` aborts it. */
export async function runTool(
  command: string,
  args: string[],
  { cwd, env, signal, onLine, log }: ToolOptions = {},
): Promise<ToolResult> {
  signal?.throwIfAborted();
  const lines: string[] = [];
  const stdout: string[] = [];
  const code = await new Promise<number | null | undefined>((resolve) => {
    const child = spawn(command, args, {
      stdio: ["ignore", "pipe", "pipe"],
      windowsHide: true,
      ...(cwd ? { cwd } : {}),
      ...(env ? { env } : {}),
      ...(signal ? { signal } : {}),
    });
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on("line", (line) => {
        lines.push(line);
        if (stream === child.stdout) stdout.push(line);
        onLine?.(line);
      });
    }
    child.on("error", (error) => {
      lines.push(error.message);
      resolve(undefined);
    });
    child.on("close", (status) => resolve(status));
  });
  if (log) await appendFile(log, `$ ${[command, ...args].join(" ")}\n${lines.join("\n")}\n`);
  signal?.throwIfAborted();
  return { code, lines, stdout: stdout.join("\n") };
}
