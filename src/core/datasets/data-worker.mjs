// @ts-check
// Plain JavaScript, as src/cli/main.mjs and for its reason; a thread keeps a cache of its own.
import { enableCompileCache } from "node:module";

enableCompileCache();
await import("./data-worker.ts");
