import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { runChild } from "./run-child.ts";
import { type Counts, type Need, type Suite, withExit } from "./suite.ts";

const nothing: Counts = { passed: 0, failed: [], skipped: [] };

/** A suite of Vitest; `config` relative to the clone. */
export function vitestSuite(
  name: string,
  config: string,
  limitMinutes: number,
  more: Need[] = [],
): Suite {
  return {
    name,
    limitMinutes,
    needs: ["engine", "ollama", ...more],
    async run({ root, env, reports }, signal) {
      const report = path.join(reports, `${name}.json`);
      const vitest = path.join(root, "node_modules", "vitest", "vitest.mjs");
      const reporter = path.join(root, "scripts", "test", "vitest-report.ts");
      const args = ["run", "--config", config, "--reporter=default", `--reporter=${reporter}`];
      // On a busy machine real processes are late at times; the report names what needed two tries.
      args.push("--retry=1");
      const code = await runChild(process.execPath, [vitest, ...args], {
        cwd: root,
        env: { ...env, TUNESMITH_TEST_REPORT: report },
        signal,
      });
      return withExit(name, existsSync(report) ? readCounts(report) : nothing, code);
    },
  };
}

function readCounts(file: string): Counts {
  return JSON.parse(readFileSync(file, "utf8")) as Counts;
}
