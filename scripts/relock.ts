/**
 * Writes the package-lock.json of engine/node and engine/llama: the packages named in their
 * package.json and nothing those pull in, each with the hash that the registry gives.
 * npm's own lock leaves out other platforms' packages and brings 130 that are never installed.
 *
 *   node scripts/relock.ts
 */
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { findNpmCli } from "../src/core/engine/npm.mjs";

interface Manifest {
  name: string;
  version: string;
  dependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
}

const engine = path.join(import.meta.dirname, "..", "engine");
const npmCli = findNpmCli();
if (!npmCli) throw new Error("npm was not found");

function view(name: string, version: string): Record<string, unknown> {
  const fields = ["dist.integrity", "os", "cpu", "libc", "license", "--json", "--loglevel=silent"];
  const args = [npmCli ?? "", "view", `${name}@${version}`, ...fields];
  const { stdout } = spawnSync(process.execPath, args, { encoding: "utf8" });
  const reply = JSON.parse(stdout) as Record<string, unknown> & { error?: { code: string } };
  if (!reply.error) return reply;
  if (reply.error.code !== "E404") throw new Error(`${name}@${version}: ${stdout}`);
  // A platform's package that the registry at hand lacks is pinned by its version alone.
  console.warn(`${name}@${version}: no hash to be had`);
  return {};
}

for (const folder of ["node", "llama"]) {
  const read = readFileSync(path.join(engine, folder, "package.json"), "utf8");
  const {
    name,
    version,
    dependencies = {},
    optionalDependencies = {},
  } = JSON.parse(read) as Manifest;
  const root = { name, version, dependencies, optionalDependencies };
  const packages: Record<string, unknown> = { "": root };
  for (const [dependency, wanted] of Object.entries({ ...dependencies, ...optionalDependencies })) {
    const { "dist.integrity": integrity, ...rest } = view(dependency, wanted);
    const optional = dependency in optionalDependencies ? { optional: true } : {};
    const hash = integrity ? { integrity } : {};
    packages[`node_modules/${dependency}`] = { version: wanted, ...hash, ...rest, ...optional };
  }
  const lock = { name, version, lockfileVersion: 3, requires: true, packages };
  const file = path.join(engine, folder, "package-lock.json");
  writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
}
