import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { enginePaths } from "../src/core/engine/paths.ts";
import { trainerEnvironment } from "../src/core/engine/trainer-environment.ts";
import { tunesmithHome } from "../src/core/home.ts";
import { benchCommand } from "./check-command.ts";
import { benchCheck } from "./check-speed.ts";
import { measurePage } from "./page/main.ts";
import { measurePractice } from "./practice.ts";

/*
 * `npm run bench`: the practice run, the trainer's loop against a bare one, rows to tokens against the
 * libraries alone, the page in Chromium, and how fast a gigabyte of rows is checked.
 * `npm run bench -- check`, `-- page` or `-- page redraw scroll` for some of it. Prints JSON lines.
 */

const [part, ...names] = process.argv.slice(2);
const benches: Record<string, () => Promise<boolean>> = {
  practice: async () => {
    const practice = await measurePractice();
    const reached = practice.seconds < 60 && practice.peakBytes < 2.5e9;
    console.log(JSON.stringify({ bench: "practice", ...practice, reached }));
    return practice.exactMatch !== null;
  },
  trainer: () => python("trainer_overhead.py"),
  // 100,000 rows of 200 tokens; `-- tokens 20000` for fewer.
  tokens: () => python("tokens.py", ...(names[0] === undefined ? [] : ["--rows", names[0]])),
  page: () => measurePage(names),
  // A workspace of 1,000 runs, and 50 pages that watch one.
  "runs-many": () => script("runs-many.ts"),
  "runs-watched": () => script("runs-watched.ts"),
  check: () => {
    const figures = benchCheck(Number(names[0] ?? 1000));
    console.log(JSON.stringify({ bench: "check", ...figures }));
    return Promise.resolve(figures.reached);
  },
  // The whole command on a gigabyte: a million rows, and five million short ones.
  "check-command": () => {
    const wanted = (["long", "short"] as const).filter(
      (kind) => names.length === 0 || names.includes(kind),
    );
    return Promise.resolve(
      wanted.every((kind) => {
        const figures = benchCommand(kind);
        console.log(JSON.stringify(figures));
        return figures.reached;
      }),
    );
  },
};

/** A benchmark of the trainer's parts, by the engine's Python. */
function python(name: string, ...args: string[]): Promise<boolean> {
  const engine = enginePaths(tunesmithHome());
  const { status } = spawnSync(engine.python, [join(import.meta.dirname, name), ...args], {
    env: trainerEnvironment(engine),
    stdio: ["ignore", "inherit", "inherit"],
  });
  return Promise.resolve(status === 0);
}

/** A benchmark whose processes want a parent of their own. */
function script(name: string): Promise<boolean> {
  const file = join(import.meta.dirname, name);
  const { status } = spawnSync(process.execPath, [file], {
    stdio: ["ignore", "inherit", "inherit"],
  });
  return Promise.resolve(status === 0);
}

if (part !== undefined && !(part in benches))
  throw new Error(`there is no bench “${part}”: ${Object.keys(benches).join(", ")}`);
for (const [name, bench] of Object.entries(benches)) {
  if ((part === undefined || part === name) && !(await bench())) process.exitCode = 1;
}
