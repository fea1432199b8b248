import { execFileSync } from "node:child_process";
import { existsSync, globSync } from "node:fs";
import path from "node:path";
import { runChild } from "./run-child.ts";
import {
  addCounts,
  type Counts,
  type Suite,
  type TestContext,
  wholeCheck,
  withExit,
} from "./suite.ts";

/** ruff's rules and pytest's settings stand beside the trainer and hold for all Python here. */
const config = path.join("trainer", "pyproject.toml");

/** Lint and format of every Python file. */
export const ruff: Suite = {
  name: "ruff",
  limitMinutes: 2,
  async run({ root, env, python }, signal) {
    const options = { cwd: root, env, signal };
    const call = (args: string[]): Promise<number> =>
      runChild(python, ["-m", "ruff", ...args, "--config", config, "."], options);
    const lint = await call(["check", "--no-cache"]);
    const format = await call(["format", "--check", "--no-cache"]);
    return addCounts([
      wholeCheck("ruff check", lint === 0),
      wholeCheck("ruff format --check", format === 0),
    ]);
  },
};

/** pytest over the trainer and, where it has tests, the starter model. */
export const pytest: Suite = {
  name: "python",
  limitMinutes: 30,
  async run(context, signal) {
    const folders = ["trainer", "starter"].filter(
      (folder) =>
        folder === "trainer" ||
        globSync("**/test_*.py", { cwd: path.join(context.root, folder) }).length > 0,
    );
    const all: Counts[] = [];
    for (const folder of folders) all.push(await runPytest(context, folder, signal));
    return addCounts(all);
  },
};

async function runPytest(
  { root, env, python, reports }: TestContext,
  folder: string,
  signal: AbortSignal,
): Promise<Counts> {
  const report = path.join(reports, `${folder}.xml`);
  const common = ["-p", "no:cacheprovider", "--import-mode=importlib", `--junitxml=${report}`];
  // `python -m` puts the folder itself on the path, so that its tests find what they test.
  const code = await runChild(python, ["-m", "pytest", "-q", ...common, "."], {
    cwd: path.join(root, folder),
    env,
    signal,
  });
  const nothing: Counts = { passed: 0, failed: [], skipped: [] };
  const counts = existsSync(report) ? readReport(python, report) : nothing;
  return withExit(`pytest ${folder}`, counts, code);
}

function readReport(python: string, report: string): Counts {
  const script = path.join(import.meta.dirname, "junit_to_json.py");
  return JSON.parse(execFileSync(python, [script, report], { encoding: "utf8" })) as Counts;
}
