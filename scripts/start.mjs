// `npm start` and `npm run demo`: sets up what is missing, then serves (or does the demo's job).
// @ts-check
import path from "node:path";
import { bootstrap, nodeFlags, root } from "./lib/bootstrap.mjs";
import { run } from "./lib/run.mjs";

const node = await bootstrap();
if (node) {
  // The engine is prepared in the same process, before the program's own modules load.
  const prepare = ["--import", new URL("prepare-engine.ts", import.meta.url).href];
  const main = path.join(root, "src", "cli", "main.ts");
  const args = [...nodeFlags, ...prepare, main, "start", ...process.argv.slice(2)];
  process.exitCode = await run(node, args);
}
