import { runChild } from "./run-child.ts";
import { type Suite, wholeCheck } from "./suite.ts";

/** A check that is a script of package.json and passes or fails as a whole. */
function npmSuite(name: string, script: string): Suite {
  return {
    name,
    limitMinutes: 10,
    async run({ root, env, npmCli }, signal) {
      const args = [npmCli, "run", "--silent", script];
      const code = await runChild(process.execPath, args, { cwd: root, env, signal });
      return wholeCheck(`npm run ${script}`, code === 0);
    },
  };
}

export const types = npmSuite("types", "check:types");
export const lint = npmSuite("lint", "check:lint");
export const format = npmSuite("format", "check:format");
