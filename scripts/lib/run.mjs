// @ts-check
import { spawn } from "node:child_process";
import os from "node:os";

/**
 * Runs a program in this terminal to its end. Ctrl-C reaches both through the terminal, so here it
 * is only waited for; what is sent to this process alone is passed on.
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv }} [options]
 * @returns {Promise<number>} exit code; 128 + signal where one ended it
 */
export function run(command, args, options = {}) {
  const child = spawn(command, args, { ...options, stdio: "inherit" });
  const wait = () => {};
  const passOn = (/** @type {NodeJS.Signals} */ signal) => child.kill(signal);
  process.on("SIGINT", wait);
  process.on("SIGTERM", passOn);
  process.on("SIGHUP", passOn);
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => {
      process.off("SIGINT", wait);
      process.off("SIGTERM", passOn);
      process.off("SIGHUP", passOn);
      resolve(code ?? 128 + (signal ? os.constants.signals[signal] : 0));
    });
  });
}
