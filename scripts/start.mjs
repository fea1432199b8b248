// `npm start` and `npm run demo`: sets up what is missing and starts `tunesmith start`, which
// installs the training engine where it has none.
// @ts-check
import { bootstrap, runCommandLine } from "./lib/bootstrap.mjs";

const node = await bootstrap();
if (node) process.exitCode = await runCommandLine(node, ["start", ...process.argv.slice(2)]);
