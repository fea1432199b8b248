import { spawn } from "node:child_process";

/*
 * A computer that sleeps does not train. Each system's own program keeps it awake for as long as it
 * runs; on Windows the trainer itself asks the system (tunesmith_trainer/awake.py). Where there is
 * no such program, or it refuses, the run survives the sleep all the same.
 */

const commands: Partial<Record<NodeJS.Platform, readonly string[]>> = {
  // `cat` ends with its stdin, so the inhibitor goes with this process, however it dies.
  linux: [
    "systemd-inhibit",
    "--what=sleep:idle",
    "--who=Tunesmith",
    "--why=A model is being trained",
    "--mode=block",
    "cat",
  ],
  darwin: ["caffeinate", "-i", "-w", String(process.pid)],
};

/** Keeps the computer awake until the returned function is called, or until this process ends. */
export function inhibitSleep(platform: NodeJS.Platform = process.platform): () => void {
  const [program, ...args] = commands[platform] ?? [];
  if (program === undefined) return () => undefined;
  const child = spawn(program, args, { stdio: ["pipe", "ignore", "ignore"] });
  child.on("error", () => undefined);
  child.stdin.on("error", () => undefined);
  // It must not hold this process up.
  child.unref();
  return () => {
    child.stdin.end();
    child.kill();
  };
}
