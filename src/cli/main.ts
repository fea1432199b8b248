#!/usr/bin/env node
import { enableCompileCache } from "node:module";

// The second start finds every module compiled: half the time to the first word.
enableCompileCache();

// A reader that has seen enough (`tunesmith runs | head -1`) is no fault.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  process.exit(0);
});

const { runCommandLine } = await import("./program.ts");
process.exitCode = await runCommandLine(process.argv.slice(2));
