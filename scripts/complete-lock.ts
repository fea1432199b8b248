/**
 * Adds to package-lock.json the packages of other platforms that npm left out, pinned by version;
 * to be run after `npm install`. `npm ci` refuses a lock without them.
 *
 *   node scripts/complete-lock.ts
 */
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { lockGaps, type LockPackages, platformFromName } from "./lib/lock-gaps.ts";

const file = path.join(import.meta.dirname, "..", "package-lock.json");
const lock = JSON.parse(readFileSync(file, "utf8")) as { packages: LockPackages };
const gaps = lockGaps(lock.packages);
for (const { name, version, of } of gaps) {
  if (!lock.packages[of]?.optionalDependencies?.[name])
    throw new Error(`${name} is needed by ${of} and missing; run npm install`);
  const platform = platformFromName(name);
  if (!platform.os && !platform.cpu) throw new Error(`which platform is ${name} for?`);
  lock.packages[`node_modules/${name}`] = { version, optional: true, ...platform };
}
const sorted = Object.entries(lock.packages).sort(([a], [b]) => a.localeCompare(b, "en"));
writeFileSync(
  file,
  `${JSON.stringify({ ...lock, packages: Object.fromEntries(sorted) }, null, 2)}\n`,
);
console.log(`${gaps.length} packages added to package-lock.json`);
