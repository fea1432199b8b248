import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, relative } from "node:path";
import { generatedFiles, staleFiles } from "./generate/generated-files.ts";

/*
 * `node scripts/generate.ts` writes what comes from the contract: the trainer's JSON Schemas and the
 * README's parameter tables. With `--check` it writes nothing and fails where something is stale.
 */

const stale = staleFiles();
const names = stale.map((path) => relative(process.cwd(), path));
if (process.argv.includes("--check")) {
  if (stale.length > 0) {
    console.error(`Not fresh: ${names.join(", ")}. Run \`npm run generate\`.`);
    process.exitCode = 1;
  }
} else {
  const files = generatedFiles();
  for (const path of stale) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, files.get(path) ?? "");
  }
  console.log(stale.length === 0 ? "Everything is fresh." : `Written: ${names.join(", ")}.`);
}
