import { randomBytes } from "node:crypto";
import { cp, rm } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { AppError } from "#contract/errors.ts";
import type { PassportCheck, Reproduction } from "#contract/passport.ts";
import type { RunSpec } from "#contract/run.ts";
import { makeFolder, writeJsonAtomic } from "../files/atomic.ts";
import { firstIssue } from "../files/first-issue.ts";
import { readJsonObject } from "../files/read-json.ts";
import { enqueue } from "../runs/queue.ts";
import { readSpec, readState } from "../runs/read-runs.ts";
import { readChanges, writeChanges } from "../runs/run-changes.ts";
import { runPaths } from "../runs/run-paths.ts";
import { placeRun } from "../runs/place-run.ts";
import { versions } from "../runs/versions.ts";
import { temporaryFolder } from "../workspace.ts";
import type { Workspace } from "../workspace.ts";
import { freezePassport, passportFile, readPassport } from "./passport.ts";
import { changesChecks, check, codeChecks, verifyRun } from "./verify.ts";

const originSchema = z.object({
  schemaVersion: z.literal(1),
  run: z.object({ project: z.string(), id: z.string(), number: z.int().positive() }),
});

const originFile = (runFolder: string): string => join(runFolder, "reproduces.json");

/** The run that this one repeats; undefined for a run of its own. Errors: file_invalid. */
export async function originOf(
  runFolder: string,
): Promise<z.infer<typeof originSchema>["run"] | undefined> {
  const file = originFile(runFolder);
  const value = await readJsonObject(file);
  if (value === undefined) return undefined;
  const result = originSchema.safeParse(value);
  if (result.success) return result.data.run;
  throw new AppError("file_invalid", { file, detail: firstIssue(result.error) });
}

/**
 * Starts a run of the same frozen spec and rows, beside the first one, and without Ollama, where
 * the name is the first one's. What it is made from must still be what the passport says.
 * Errors: run_not_found, passport_unfinished, passport_differs, disk_full.
 */
export async function reproduceRun(ws: Workspace, slug: string, id: string): Promise<RunSpec> {
  const spec = await readSpec(ws, slug, id);
  const state = await readState(ws, slug, id);
  if (state.status !== "finished") {
    throw new AppError("passport_unfinished", { id, status: state.status });
  }
  const { checks } = await verifyRun(ws, slug, id);
  const wrong = checks.find((one) => one.kind === "frozen" && one.state !== "equal");
  if (wrong) throw new AppError("passport_differs", { id, name: wrong.name });

  const part = join(temporaryFolder(ws), `run-${randomBytes(6).toString("hex")}`);
  try {
    await makeFolder(part);
    await cp(runPaths(ws, slug, id).data, join(part, "data"), { recursive: true });
    await writeJsonAtomic(originFile(part), {
      schemaVersion: 1,
      run: { project: slug, id, number: spec.number },
    });
    const changes = await readChanges(runPaths(ws, slug, id).folder);
    if (changes.length > 0) await writeChanges(part, changes);
    // A template that shows the day must show the same one; otherwise the run has its own time.
    const readsClock = state.decisions.some(({ code }) => code === "clock");
    const again = await placeRun(ws, slug, part, async ({ id, number, now }) => {
      const createdAt = readsClock ? spec.createdAt : now.toISOString();
      const own = { id, number, createdAt, versions: await versions(ws) };
      // A trial belongs to its sweep; this one is trained and exported on its own.
      const { trial: _trial, ...frozen } = spec;
      const copy: RunSpec = { ...frozen, ...own };
      await writeJsonAtomic(passportFile(part), await freezePassport(copy, changes));
      return copy;
    });
    await enqueue(ws, { slug, id: again.id });
    return again;
  } finally {
    await rm(part, { recursive: true, force: true });
  }
}

/** The weights that training is about. */
const decisive = "adapter/adapter_model.safetensors";

/**
 * How a finished reproduction compares with the run it repeats.
 * Errors: not_found (it repeats none), passport_unfinished, run_not_found (the first one is gone).
 */
export async function compareReproduction(
  ws: Workspace,
  slug: string,
  id: string,
): Promise<Reproduction> {
  const origin = await originOf(runPaths(ws, slug, id).folder);
  if (!origin) throw new AppError("not_found", { what: "reproduction", name: id });
  const { status } = await readState(ws, slug, id);
  if (status !== "finished") throw new AppError("passport_unfinished", { id, status });
  const [first, second] = [
    await readPassport(ws, origin.project, origin.id),
    await readPassport(ws, slug, id),
  ];
  const again = new Map(second.outputs.map(({ path, sha256 }) => [path, sha256]));
  const outputs = first.outputs.map(({ path, sha256 }) =>
    check("output", path, sha256, again.get(path) ?? null),
  );
  const then = first.environment.versions;
  const now = second.environment.versions;
  const facts: PassportCheck[] = [
    check("frozen", "config", first.config, second.config),
    ...changesChecks(first.changes, second.changes),
    ...codeChecks(first, second.code.sha256),
    ...Object.keys({ ...then, ...now }).map((key) =>
      check("environment", key, then[key] ?? null, now[key] ?? null),
    ),
  ];
  return {
    run: second.run,
    of: first.run,
    equal: outputs.some(({ name, state }) => name === decisive && state === "equal"),
    outputs,
    differences: facts.filter(({ state }) => state !== "equal"),
  };
}
