// @ts-check
import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { findNpmCli } from "../../src/core/engine/npm.mjs";
import { provideNode } from "./node-runtime.mjs";
import { arePackagesReady } from "./packages.mjs";
import { run } from "./run.mjs";
import { reportSetupError } from "./say.mjs";

export const root = path.join(path.dirname(fileURLToPath(import.meta.url)), "..", "..");

/**
 * Flags for the Node that runs Tunesmith: node:sqlite works, but still announces itself. V8 lets the
 * room for new objects grow to 128 MiB and keeps it; 16 cost no time here (`./tunesmith` has them, too).
 */
export const nodeFlags = ["--disable-warning=ExperimentalWarning", "--max-semi-space-size=8"];

/**
 * Brings a fresh clone to where its TypeScript runs: a new enough Node and the locked packages.
 * Does nothing, quickly, where both are there.
 * @returns {Promise<string | undefined>} the Node to go on with; undefined when it was said why not
 */
export async function bootstrap() {
  try {
    const node = await provideNode(root, { npmCli: findNpmCli() });
    if (!arePackagesReady(root, node.version)) {
      mkdirSync(path.join(root, ".tools"), { recursive: true });
      const installer = path.join(root, "scripts", "lib", "install-packages.ts");
      const code = await run(node.binary, [...nodeFlags, installer]);
      if (code !== 0) {
        process.exitCode = code;
        return undefined;
      }
    }
    noteReady(node.binary);
    return node.binary;
  } catch (error) {
    reportSetupError(error, root);
    return undefined;
  }
}

/**
 * Runs `tunesmith` with these arguments in this terminal; returns its exit code.
 * @param {string} node
 * @param {string[]} args
 */
export function runCommandLine(node, args) {
  return run(node, [...nodeFlags, path.join(root, "src", "cli", "main.mjs"), ...args]);
}

/**
 * Leaves word for `./tunesmith` which Node to start at once, without asking this script.
 * @param {string} binary
 */
function noteReady(binary) {
  const tools = path.join(root, ".tools");
  mkdirSync(tools, { recursive: true });
  const beside = path.join(tools, `ready-${process.pid}`);
  writeFileSync(beside, `${binary}\n`);
  renameSync(beside, path.join(tools, "ready"));
}
