import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { cp, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { enginePaths } from "#core/engine/paths.ts";
import { trainerEnvironment } from "#core/engine/trainer-environment.ts";
import { tunesmithHome } from "#core/home.ts";

/** What every parameter ended up as: read from optimizer, schedule, modules, batches, callbacks. */
export type LiveSettings = Record<string, unknown>;

/**
 * Lets the real trainer set a frozen run up, in a copy of its folder, and reads its live objects
 * back. Training itself is not waited for.
 */
export async function readLiveSettings(runFolder: string): Promise<LiveSettings> {
  const folder = await mkdtemp(join(tmpdir(), "tunesmith-live-"));
  const dump = join(folder, "live.json");
  const paths = enginePaths(tunesmithHome());
  try {
    const run = join(folder, "run");
    for (const part of ["run.json", "data"])
      await cp(join(runFolder, part), join(run, part), { recursive: true });
    const child = spawn(
      paths.python,
      ["-m", "tunesmith_trainer", "run", run, "--dump-live", dump],
      { env: trainerEnvironment(paths, { threads: 1 }), stdio: ["pipe", "ignore", "pipe"] },
    );
    let said = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => (said += text));
    const closed = once(child, "close");
    const live = await Promise.race([waitForDump(dump), closed.then(() => undefined)]);
    // The end of stdin ends the trainer, wherever it is.
    child.stdin.end();
    await closed;
    const found = live ?? (await waitForDump(dump, 1));
    if (!found)
      throw new Error(`the trainer ended before anything was set up:\n${said.slice(-2000)}`);
    return found;
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function waitForDump(file: string, times = Infinity): Promise<LiveSettings | undefined> {
  for (let time = 0; time < times; time++) {
    try {
      const { setup } = JSON.parse(await readFile(file, "utf8")) as { setup: LiveSettings };
      return setup;
    } catch {
      await new Promise((next) => setTimeout(next, 200));
    }
  }
  return undefined;
}

/** A tiny random model of a family whose layers have biases. Returns its folder. */
export async function makeModelWithBiases(folder: string): Promise<string> {
  const paths = enginePaths(tunesmithHome());
  const script =
    "import sys; from pathlib import Path; from tunesmith_trainer.testing_models import make_model;" +
    'print(make_model(Path(sys.argv[1]), "qwen2"))';
  const target = join(folder, "with-biases");
  const { stdout } = await promisify(execFile)(paths.python, ["-c", script, target], {
    env: trainerEnvironment(paths, { threads: 1 }),
  });
  return stdout.trim().split("\n").at(-1) ?? target;
}
