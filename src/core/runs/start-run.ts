import { randomBytes } from "node:crypto";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { LedgerSummary } from "#contract/dataset.ts";
import type { ErrorBody } from "#contract/errors.ts";
import type { RunSpec } from "#contract/run.ts";
import { makeFolder, writeJsonAtomic } from "../files/atomic.ts";
import { freezePassport, passportFile } from "../passport/passport.ts";
import { readProject } from "../projects/projects.ts";
import { temporaryFolder } from "../workspace.ts";
import type { Workspace } from "../workspace.ts";
import { requireDiskFor } from "./disk-need.ts";
import { placeRun } from "./place-run.ts";
import type { NewRun } from "./place-run.ts";
import { prepareRun } from "./prepare-run.ts";
import type { RunDraft, RunOverrides } from "./prepare-run.ts";
import { enqueue } from "./queue.ts";

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
 * Errors: as `prepareRun`; run_disk_budget.
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
    await requireDiskFor(ws, { ...draft, trial: options.trial });
    const place = async ({ id, number }: NewRun): Promise<RunSpec> => {
      const { schemaVersion, ...rest } = draft;
      const spec: RunSpec = {
        schemaVersion,
        id,
        number,
        createdAt: now.toISOString(),
        ...rest,
        ...(options.trial ? { trial: options.trial } : {}),
      };
      await writeJsonAtomic(passportFile(folder), await freezePassport(spec));
      return spec;
    };
    return placeRun(ws, slug, folder, place, now);
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
