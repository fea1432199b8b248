// `npm test`: sets up everything that the tests need, runs all suites and counts them.
// @ts-check
import path from "node:path";
import { bootstrap, nodeFlags, root } from "./lib/bootstrap.mjs";
import { run } from "./lib/run.mjs";

const node = await bootstrap();
if (node) {
  const runner = path.join(root, "scripts", "test", "run.ts");
  process.exitCode = await run(node, [...nodeFlags, runner, ...process.argv.slice(2)]);
}
