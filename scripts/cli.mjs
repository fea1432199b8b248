// The command line where `./tunesmith` found the clone not set up yet, or changed since.
// @ts-check
import { bootstrap, runCommandLine } from "./lib/bootstrap.mjs";

const node = await bootstrap();
if (node) process.exitCode = await runCommandLine(node, process.argv.slice(2));
