/**
 * Runs the suites one after another and ends with one line of counts.
 *
 *   npm test                          everything
 *   npm test -- --only unit,types     some suites
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { enginePaths, enginesFolder } from "../../src/core/engine/paths.ts";
import { findNpmCli, npmEnvironment } from "../../src/core/engine/npm.mjs";
import { trainerEnvironment } from "../../src/core/engine/trainer-environment.ts";
import { installEngineVisibly } from "../../src/cli/engine-install.ts";
import { openTerminal } from "../../src/cli/terminal.ts";
import { tunesmithHome } from "../../src/core/home.ts";
import { say } from "../lib/say.mjs";
import { chromium } from "./chromium.ts";
import { provideDevTools } from "./dev-tools.ts";
import { format, lint, types } from "./npm-suites.ts";
import { ollama } from "./ollama.ts";
import { pytest, ruff } from "./python-suites.ts";
import {
  addCounts,
  closingLine,
  type Counts,
  type Need,
  type Suite,
  type TestContext,
} from "./suite.ts";
import { vitestSuite } from "./vitest-suite.ts";

/** In the order in which they run: the quick ones first. */
const suites: Suite[] = [
  types,
  lint,
  format,
  ruff,
  vitestSuite("unit", "vitest.config.ts", 15),
  pytest,
  vitestSuite("e2e", path.join("scripts", "test", "e2e.config.ts"), 20, ["chromium"]),
];

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: { only: { type: "string", multiple: true, default: [] } },
  });
  const chosen = chooseSuites(values.only.flatMap((names) => names.split(",")));
  const needs = (need: Need): boolean => chosen.some((suite) => suite.needs?.includes(need));
  if (needs("chromium")) chosen.unshift(chromium);
  if (needs("ollama")) chosen.unshift(ollama);
  const home = tunesmithHome();
  if (needs("engine")) await installEngineVisibly(openTerminal(false), home);
  const scratch = await mkdtemp(path.join(tmpdir(), "tunesmith-test-"));
  try {
    const context = openContext(home, scratch);
    if (needs("engine")) await addDevTools(context, home);
    const all: Counts[] = [];
    for (const suite of chosen) all.push(await runSuite(suite, context));
    return report(addCounts(all));
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

function chooseSuites(names: string[]): Suite[] {
  if (names.length === 0) return [...suites];
  const known = suites.map(({ name }) => name);
  for (const name of names)
    if (!known.includes(name))
      throw new Error(`There is no suite “${name}”. There are: ${known.join(", ")}.`);
  return suites.filter(({ name }) => names.includes(name));
}

/** Tests use the installed engine, but never this user's own projects and settings. */
function openContext(home: string, scratch: string): TestContext {
  const npmCli = findNpmCli();
  if (!npmCli) throw new Error("npm was not found: install it, it comes with Node.");
  const engine = enginePaths(home);
  const env = {
    ...npmEnvironment(process.execPath, trainerEnvironment(engine)),
    TUNESMITH_ENGINE: enginesFolder(home),
    TUNESMITH_PYTHON: engine.python,
    TUNESMITH_HOME: path.join(scratch, "home"),
    ...(process.stdout.isTTY ? {} : { NO_COLOR: "1" }),
  };
  const root = path.join(import.meta.dirname, "..", "..");
  return { root, env, npmCli, reports: scratch, python: engine.python };
}

/** Puts pytest and ruff where the engine's Python finds them. */
async function addDevTools({ env }: TestContext, home: string): Promise<void> {
  const engine = enginePaths(home);
  const tools = await provideDevTools(home, engine);
  env["PYTHONPATH"] = [engine.trainer, tools].join(path.delimiter);
}

async function runSuite(suite: Suite, context: TestContext): Promise<Counts> {
  console.log(`\n── ${suite.name}`);
  const begin = Date.now();
  const limit = AbortSignal.timeout(suite.limitMinutes * 60_000);
  const counts = await suite.run(context, limit);
  if (limit.aborted) counts.failed.push(`${suite.name}: not done in ${suite.limitMinutes} minutes`);
  const seconds = Math.round((Date.now() - begin) / 1000);
  const { passed, failed, skipped } = counts;
  console.log(
    `── ${suite.name}: passed ${passed}, failed ${failed.length}, skipped ${skipped.length}, in ${seconds} s`,
  );
  return counts;
}

function report(counts: Counts): number {
  console.log("");
  for (const { name, reason } of counts.skipped) console.log(`skipped: ${name}: ${reason}`);
  for (const name of counts.unsteady ?? [])
    console.log(`unsteady: passed only at the second try: ${name}`);
  for (const name of counts.failed) console.log(`failed: ${name}`);
  console.log(closingLine(counts));
  return counts.failed.length > 0 ? 1 : 0;
}

try {
  process.exitCode = await main();
} catch (error) {
  say(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
