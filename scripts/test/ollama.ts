import { execFile } from "node:child_process";
import path from "node:path";
import { promisify } from "node:util";
import { type Suite, wholeCheck } from "./suite.ts";

/**
 * Finds or builds an Ollama and names it to the suites that follow, so that none of their tests on
 * a real Ollama is skipped.
 */
export const ollama: Suite = {
  name: "ollama",
  limitMinutes: 30,
  needs: ["engine"],
  async run({ root, env }, signal) {
    const script = path.join(root, "scripts", "provide-ollama.mjs");
    const child = promisify(execFile)(process.execPath, [script], { cwd: root, env, signal });
    child.child.stderr?.pipe(process.stderr);
    try {
      const binary = (await child).stdout.trim().split("\n").at(-1);
      console.log(`Ollama: ${binary}`);
      if (binary) env["TUNESMITH_OLLAMA"] = binary;
      return wholeCheck("scripts/provide-ollama.mjs", Boolean(binary));
    } catch (error) {
      console.error(error instanceof Error ? error.message : error);
      return wholeCheck("scripts/provide-ollama.mjs", false);
    }
  },
};
