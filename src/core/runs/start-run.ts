import { randomBytes, randomInt } from "node:crypto";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { LedgerSummary } from "#contract/dataset.ts";
import type { ErrorBody } from "#contract/errors.ts";
import type { RunSpec } from "#contract/run.ts";
import { makeFolder, renamePatiently, syncFolder, writeJsonAtomic } from "../files/atomic.ts";
import { readJsonObject } from "../files/read-json.ts";
import { readProject } from "../projects/projects.ts";
import { runsFolder } from "../projects/store.ts";
import { temporaryFolder, withWorkspaceLock } from "../workspace.ts";
import type { Workspace } from "../workspace.ts";
import { prepareRun } from "./prepare-run.ts";
import type { RunDraft, RunOverrides } from "./prepare-run.ts";
import { enqueue } from "./queue.ts";
import { runIds } from "./read-runs.ts";
import { runPaths } from "./run-paths.ts";

export interface RunPlan {
  spec: RunDraft;
  decisions: ErrorBody[];
  ledger: LedgerSummary;
}

/** Everything a start would do, without starting. Errors: as `prepareRun`. */
export async function planRun(
  ws: Workspace,
  slug: string,
  overrides: RunOverrides = {},
): Promise<RunPlan> {
  const project = await readProject(ws, slug);
  return inTemporaryFolder(ws, async (folder) => {
    const { spec, ledger } = await prepareRun(ws, project, overrides, { folder, now: new Date() });
    return { spec, decisions: spec.decisions, ledger };
  });
}

/** Freezes a run and queues it; it starts at once where the device is free. Errors: as `prepareRun`. */
export async function startRun(
  ws: Workspace,
  slug: string,
  options: { overrides?: RunOverrides } = {},
): Promise<RunSpec> {
  const spec = await freezeRun(ws, slug, options);
  await enqueue(ws, { slug, id: spec.id });
  return spec;
}

/**
 * Freezes run.json and data into a run folder of their own, which appears whole or not at all.
 * Errors: as `prepareRun`.
 */
export async function freezeRun(
  ws: Workspace,
  slug: string,
  options: { overrides?: RunOverrides; trial?: RunSpec["trial"] } = {},
): Promise<RunSpec> {
  const project = await readProject(ws, slug);
  const now = new Date();
  return inTemporaryFolder(ws, async (folder) => {
    const { spec: draft } = await prepareRun(ws, project, options.overrides ?? {}, { folder, now });
    return withWorkspaceLock(ws, `project-${slug}`, async () => {
      const number = (await lastNumber(ws, slug)) + 1;
      const id = newRunId(now);
      const { schemaVersion, ...rest } = draft;
      const spec: RunSpec = {
        schemaVersion,
        id,
        number,
        createdAt: now.toISOString(),
        ...rest,
        ...(options.trial ? { trial: options.trial } : {}),
      };
      await writeJsonAtomic(join(folder, "run.json"), spec);
      await makeFolder(runsFolder(ws, slug));
      await renamePatiently(folder, runPaths(ws, slug, id).folder);
      await syncFolder(runsFolder(ws, slug));
      return spec;
    });
  });
}

async function inTemporaryFolder<T>(
  ws: Workspace,
  work: (folder: string) => Promise<T>,
): Promise<T> {
  const folder = join(temporaryFolder(ws), `run-${randomBytes(6).toString("hex")}`);
  await makeFolder(folder);
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Numbers are never used twice as long as the run with the largest is there; deleted ones leave gaps. */
async function lastNumber(ws: Workspace, slug: string): Promise<number> {
  let last = 0;
  for (const id of await runIds(ws, slug)) {
    const spec = await readJsonObject(runPaths(ws, slug, id).spec).catch(() => undefined);
    const number = spec?.["number"];
    if (typeof number === "number" && number > last) last = number;
  }
  return last;
}

/** `20261122-153726-k3f9`: sorts by time, to the millisecond, so that a queue keeps its order. */
export function newRunId(now: Date): string {
  const digits = now.toISOString().replaceAll(/\D/g, "");
  const fraction = now.getUTCMilliseconds().toString(36).padStart(2, "0");
  const chance = randomInt(36 ** 2)
    .toString(36)
    .padStart(2, "0");
  return `${digits.slice(0, 8)}-${digits.slice(8, 14)}-${fraction}${chance}`;
}
