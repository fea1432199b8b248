import { spawn } from "node:child_process";

/**
 * Runs a program with this terminal's output and no input to its end. Returns its exit code;
 * 124, as of timeout(1), where `signal` ended it.
 */
export function runChild(
  command: string,
  args: string[],
  options: { cwd: string; env: NodeJS.ProcessEnv; signal: AbortSignal },
): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { ...options, stdio: ["ignore", "inherit", "inherit"] });
    child.on("error", (error) => (error.name === "AbortError" ? undefined : reject(error)));
    child.on("close", (code) => resolve(options.signal.aborted ? 124 : (code ?? 1)));
  });
}
