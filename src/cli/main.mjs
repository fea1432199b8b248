#!/usr/bin/env node
// @ts-check
// Plain JavaScript: once the cache is on and warm, Node needs nothing to strip types with, which
// costs 28 MB for as long as the process lives, and half of the time to the first word.
import { enableCompileCache } from "node:module";

enableCompileCache();

// A reader that has seen enough (`tunesmith runs | head -1`) is no fault.
process.stdout.on("error", (/** @type {NodeJS.ErrnoException} */ error) => {
  if (error.code !== "EPIPE") throw error;
  process.exit(0);
});

const { runCommandLine } = await import("./program.ts");
process.exitCode = await runCommandLine(process.argv.slice(2));
