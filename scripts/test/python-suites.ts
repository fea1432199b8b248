import { execFileSync } from "node:child_process";
import { existsSync, globSync, readdirSync } from "node:fs";
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

/** Lint and format of every Python file; the trainer's rules, unless a folder brings its own. */
export const ruff: Suite = {
  name: "ruff",
  limitMinutes: 2,
  needs: ["engine"],
  async run({ root, env, python }, signal) {
    const lint: boolean[] = [];
    const format: boolean[] = [];
    for (const folder of pythonFolders(root)) {
      const cwd = path.join(root, folder);
      const own = ["pyproject.toml", "ruff.toml"].some((file) => existsSync(path.join(cwd, file)));
      const rules = own ? [] : ["--config", path.join(root, "trainer", "pyproject.toml")];
      const call = async (...args: string[]): Promise<boolean> =>
        (await runChild(python, ["-m", "ruff", ...args, "--no-cache", ...rules, "."], {
          cwd,
          env,
          signal,
        })) === 0;
      lint.push(await call("check"));
      format.push(await call("format", "--check"));
    }
    return addCounts([
      wholeCheck("ruff check", lint.every(Boolean)),
      wholeCheck("ruff format --check", format.every(Boolean)),
    ]);
  },
};

/** Folders of the clone that hold Python somewhere below. */
function pythonFolders(root: string): string[] {
  return readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !/^\.|^node_modules$|^dist$/.test(entry.name))
    .map(({ name }) => name)
    .filter((name) => globSync("**/*.py", { cwd: path.join(root, name) }).length > 0);
}

/** pytest over the trainer and, where it has tests, the starter model. */
export const pytest: Suite = {
  name: "python",
  limitMinutes: 20,
  needs: ["engine"],
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
