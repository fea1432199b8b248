// The command line where `./tunesmith` found the clone not set up yet, or changed since.
// @ts-check
import path from "node:path";
import { bootstrap, nodeFlags, root } from "./lib/bootstrap.mjs";
import { run } from "./lib/run.mjs";

const node = await bootstrap();
if (node) {
  const main = path.join(root, "src", "cli", "main.ts");
  process.exitCode = await run(node, [...nodeFlags, main, ...process.argv.slice(2)]);
}
