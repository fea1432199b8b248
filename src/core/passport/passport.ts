import { readFile, readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { AppError } from "#contract/errors.ts";
import { passportSchema } from "#contract/passport.ts";
import type { Passport } from "#contract/passport.ts";
import type { RunChange } from "#contract/run-changes.ts";
import type { RunSpec } from "#contract/run.ts";
import { writeJsonAtomic } from "../files/atomic.ts";
import { isMissing } from "../files/error-code.ts";
import { firstIssue } from "../files/first-issue.ts";
import { readJsonObject } from "../files/read-json.ts";
import { readSpec } from "../runs/read-runs.ts";
import { readChanges } from "../runs/run-changes.ts";
import { pathsOfRun, runPaths } from "../runs/run-paths.ts";
import type { Workspace } from "../workspace.ts";
import { changesHash, codeHash, configHash, hashFiles } from "./hash.ts";

export const passportFile = (runFolder: string): string => join(runFolder, "passport.json");

/** What a run is made from; it has made nothing yet. */
export async function freezePassport(
  spec: RunSpec,
  changes: readonly RunChange[] = [],
): Promise<Passport> {
  const { data, model, device, precision, versions, training, modelfile } = spec;
  const serving = modelfile["seed"];
  return {
    schemaVersion: 1,
    run: { project: spec.project.slug, id: spec.id, number: spec.number },
    frozenAt: new Date().toISOString(),
    sealedAt: null,
    config: configHash(spec),
    changes: [...changes],
    data: { train: data.trainSha256, check: data.checkSha256, files: data.files },
    base: { id: model.id, sha256: model.sha256, template: spec.template.sha256 },
    environment: { device, precision, versions },
    code: { version: versions["tunesmith"] ?? "", sha256: await codeHash() },
    seeds: {
      training: Number(training["seed"]),
      serving: typeof serving === "number" ? serving : null,
    },
    outputs: [],
  };
}

/** Files beside these are made anew from them, or say how it went. */
const outputFolders = ["adapter", "gguf", "evaluation"] as const;
const outputFiles = ["Modelfile", "golden.jsonl", "golden-tools.jsonl", "report.json"] as const;

/** Hashes what a finished run made, and writes that into its passport. Errors: disk_full. */
export async function sealPassport(runFolder: string, spec: RunSpec): Promise<Passport> {
  const known = await readPassportFile(runFolder);
  const passport = {
    ...(known ?? (await freezePassport(spec))),
    changes: await readChanges(runFolder),
    sealedAt: new Date().toISOString(),
    outputs: await hashOutputs(runFolder),
  };
  await writeJsonAtomic(passportFile(runFolder), passport);
  return passport;
}

/** Notes what was changed in a run as soon as it goes on with that. Errors: disk_full. */
export async function noteChanges(runFolder: string): Promise<void> {
  const passport = await readPassportFile(runFolder);
  const changes = await readChanges(runFolder);
  if (!passport || changesHash(passport.changes) === changesHash(changes)) return;
  await writeJsonAtomic(passportFile(runFolder), { ...passport, changes });
}

async function hashOutputs(runFolder: string): Promise<Passport["outputs"]> {
  const paths: string[] = [...outputFiles];
  for (const folder of outputFolders) {
    const names = await readdir(join(runFolder, folder), { withFileTypes: true }).catch(() => []);
    // The mark of what was exported is empty, and the proof is about the file beside it.
    const files = names.filter((entry) => entry.isFile() && !entry.name.startsWith("."));
    paths.push(...files.map(({ name }) => `${folder}/${name}`));
  }
  const outputs: Passport["outputs"] = [];
  for (const path of paths.sort()) {
    try {
      const file = join(runFolder, path);
      const { size } = await stat(file);
      outputs.push({ path, bytes: size, sha256: await hashFiles([file]) });
    } catch (error) {
      if (!isMissing(error)) throw error;
    }
  }
  return outputs;
}

/**
 * A run's passport. One that was made before there were any gets what its own records say.
 * Errors: run_not_found, run_spec_invalid, file_invalid.
 */
export async function readPassport(ws: Workspace, slug: string, id: string): Promise<Passport> {
  const spec = await readSpec(ws, slug, id);
  const { folder } = runPaths(ws, slug, id);
  return (await readPassportFile(folder)) ?? recorded(folder, spec);
}

/** Errors: file_invalid, file_too_new. */
async function readPassportFile(runFolder: string): Promise<Passport | undefined> {
  const file = passportFile(runFolder);
  const value = await readJsonObject(file);
  if (value === undefined) return undefined;
  const version = value["schemaVersion"];
  if (typeof version === "number" && version > 1) {
    throw new AppError("file_too_new", { file, version, known: 1 });
  }
  const result = passportSchema.safeParse(value);
  if (result.success) return result.data;
  throw new AppError("file_invalid", { file, detail: firstIssue(result.error) });
}

const proofSchema = z.object({
  stamp: z.object({ adapter: z.string() }),
  final: z.object({ file: z.string(), bytes: z.int(), sha256: z.string() }),
});

/** The hashes that the trainer noted when it made the GGUF. */
async function recorded(runFolder: string, spec: RunSpec): Promise<Passport> {
  const frozen = await freezePassport(spec, await readChanges(runFolder));
  const code = { ...frozen.code, sha256: null };
  const passport: Passport = { ...frozen, frozenAt: spec.createdAt, code };
  const { gguf, adapter } = pathsOfRun(runFolder);
  const text = await readFile(join(gguf, "proof.json"), "utf8").catch(() => "null");
  const proof = proofSchema.safeParse(JSON.parse(text));
  if (!proof.success) return passport;
  const { stamp, final } = proof.data;
  const weights = "adapter_model.safetensors";
  const size = await stat(join(adapter, weights)).catch(() => undefined);
  return {
    ...passport,
    outputs: [
      { path: `adapter/${weights}`, bytes: size?.size ?? 0, sha256: stamp.adapter },
      { path: `gguf/${final.file}`, bytes: final.bytes, sha256: final.sha256 },
    ],
  };
}
