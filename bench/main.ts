import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { enginePaths } from "../src/core/engine/paths.ts";
import { trainerEnvironment } from "../src/core/engine/trainer-environment.ts";
import { tunesmithHome } from "../src/core/home.ts";
import { measurePractice } from "./practice.ts";

/* `npm run bench`: the practice run, then the trainer's loop against a bare one. Prints JSON lines. */

const practice = await measurePractice();
console.log(
  JSON.stringify({
    bench: "practice",
    ...practice,
    reached: practice.seconds < 60 && practice.peakBytes < 2.5e9,
  }),
);

const engine = enginePaths(tunesmithHome());
const overhead = spawnSync(engine.python, [join(import.meta.dirname, "trainer_overhead.py")], {
  env: trainerEnvironment(engine),
  stdio: ["ignore", "inherit", "inherit"],
});
process.exitCode = practice.exactMatch !== null && overhead.status === 0 ? 0 : 1;
