import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import type { Passport, PassportCheck, Verification } from "#contract/passport.ts";
import type { RunChange } from "#contract/run-changes.ts";
import { pathInside } from "../files/names.ts";
import { dataFolder } from "../projects/store.ts";
import { readSpec } from "../runs/read-runs.ts";
import { readChanges } from "../runs/run-changes.ts";
import { runPaths } from "../runs/run-paths.ts";
import { versions } from "../runs/versions.ts";
import { readDevice } from "../trainer/device.ts";
import type { Workspace } from "../workspace.ts";
import { bytesOf, changesHash, codeHash, configHash, hashIfThere, weightFiles } from "./hash.ts";
import type { HashOptions } from "./hash.ts";
import { readPassport } from "./passport.ts";

export interface VerifyOptions {
  signal?: AbortSignal | undefined;
  onProgress?: (progress: { name: string; done: number; total: number }) => void;
}

/**
 * Holds every hash of a run's passport against what is there now: what the run is made from, what
 * it made, its checkpoints, the files it came from, and this machine.
 * Errors: run_not_found, run_spec_invalid, file_invalid.
 */
export async function verifyRun(
  ws: Workspace,
  slug: string,
  id: string,
  { signal, onProgress }: VerifyOptions = {},
): Promise<Verification> {
  const passport = await readPassport(ws, slug, id);
  const spec = await readSpec(ws, slug, id);
  const paths = runPaths(ws, slug, id);
  const weights = await weightFiles(spec.model.path);
  const outputs = passport.outputs.map(({ path }) => inRun(paths.folder, path));
  const total = await bytesOf([...weights, ...outputs]);
  let done = 0;
  const hashing = (name: string): HashOptions => ({
    signal,
    onBytes: (bytes) => onProgress?.({ name, done: (done += bytes), total }),
  });
  const checks: PassportCheck[] = [
    check("frozen", "config", passport.config, configHash(spec)),
    ...changesChecks(passport.changes, await readChanges(paths.folder)),
    check("frozen", "data/train.jsonl", passport.data.train, await inData("train.jsonl")),
    check("frozen", "data/check.jsonl", passport.data.check, await inData("check.jsonl")),
    check("frozen", "base", passport.base.sha256, await baseHash()),
  ];
  for (const { path, sha256 } of passport.outputs) {
    const found = await hashIfThere([inRun(paths.folder, path)], hashing(path));
    checks.push(check("output", path, sha256, found));
  }
  checks.push(...(await checkpointChecks(paths.checkpoints, signal)));
  const decisive = checks.every(({ state }) => state === "equal");
  checks.push(
    ...(await sourceChecks(ws, slug, passport)),
    ...(await environmentChecks(ws, passport)),
  );
  const { project: _project, number: _number, ...run } = passport.run;
  return {
    run: { ...run, project: slug, number: spec.number },
    equal: decisive,
    sealed: passport.sealedAt !== null,
    checks,
  };

  async function inData(name: string): Promise<string | null> {
    return hashIfThere([join(paths.data, name)], { signal });
  }
  async function baseHash(): Promise<string | null> {
    return weights.length === 0 ? null : hashIfThere(weights, hashing("base"));
  }
}

/** One line of a verification; null = there is none. */
export function check(
  kind: PassportCheck["kind"],
  name: string,
  expected: string | null,
  found: string | null,
): PassportCheck {
  const state = found === expected ? "equal" : found === null ? "missing" : "differs";
  return { kind, name, expected, found, state };
}

/** Nothing is said of changes where there are none. */
export function changesChecks(
  expected: readonly RunChange[],
  found: readonly RunChange[],
): PassportCheck[] {
  if (expected.length === 0 && found.length === 0) return [];
  return [check("frozen", "changes", changesHash(expected), changesHash(found))];
}

/** Paths of a passport come from a file, which someone may have written: plain names alone. */
function inRun(folder: string, path: string): string {
  return path.split("/").reduce(pathInside, folder);
}

/** A checkpoint names the hashes of its own files; a run that goes on from it needs them all. */
async function checkpointChecks(
  folder: string,
  signal: AbortSignal | undefined,
): Promise<PassportCheck[]> {
  const checks: PassportCheck[] = [];
  const names: string[] = await readdir(folder).catch(() => []);
  for (const name of names.filter((one) => /^step-\d+$/.test(one)).sort()) {
    const text = await readFile(join(folder, name, "checkpoint.json"), "utf8").catch(() => "{}");
    const { files = {} } = JSON.parse(text) as { files?: Record<string, string> };
    for (const [file, expected] of Object.entries(files)) {
      const found = await hashIfThere([pathInside(join(folder, name), file)], { signal });
      checks.push(check("output", `checkpoints/${name}/${file}`, expected, found));
    }
  }
  return checks;
}

async function sourceChecks(
  ws: Workspace,
  slug: string,
  { data }: Passport,
): Promise<PassportCheck[]> {
  return Promise.all(
    data.files.map(async ({ name, sha256 }) =>
      check("source", name, sha256, await hashIfThere([pathInside(dataFolder(ws, slug), name)])),
    ),
  );
}

/** A hash that was never noted says nothing. */
export const codeChecks = ({ code }: Passport, now: string | null): PassportCheck[] =>
  code.sha256 === null || now === null ? [] : [check("environment", "code", code.sha256, now)];

/** What this machine and this Tunesmith would use now. */
async function environmentChecks(ws: Workspace, passport: Passport): Promise<PassportCheck[]> {
  const { device, versions: then } = passport.environment;
  const now = await versions(ws);
  const here = await readDevice(ws).catch(() => undefined);
  return [
    ...codeChecks(passport, await codeHash()),
    ...Object.keys({ ...then, ...now })
      .sort()
      .map((key) => check("environment", key, then[key] ?? null, now[key] ?? null)),
    check("environment", "device", device.name, here?.name ?? null),
    check("environment", "threads", String(device.threads), String(here?.threads ?? "")),
  ];
}
