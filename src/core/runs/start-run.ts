import { randomBytes } from "node:crypto";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { LedgerSummary } from "#contract/dataset.ts";
import { decision } from "#contract/decisions.ts";
import { AppError } from "#contract/errors.ts";
import type { ErrorBody } from "#contract/errors.ts";
import type { Project } from "#contract/project.ts";
import type { RunSpec } from "#contract/run.ts";
import { makeFolder, writeJsonAtomic } from "../files/atomic.ts";
import type { FourBitNeed } from "../memory/four-bit.ts";
import { freezePassport, passportFile } from "../passport/passport.ts";
import { readProject } from "../projects/projects.ts";
import { temporaryFolder } from "../workspace.ts";
import type { Workspace } from "../workspace.ts";
import { requireDiskFor } from "./disk-need.ts";
import { bytesWords } from "./disk-reserve.ts";
import { placeRun } from "./place-run.ts";
import type { NewRun } from "./place-run.ts";
import { prepareRun } from "./prepare-run.ts";
import type { RunDraft, RunOverrides } from "./prepare-run.ts";
import { enqueue } from "./queue.ts";

export interface RunPlan {
  spec: RunDraft;
  decisions: ErrorBody[];
  ledger: LedgerSummary;
  fourBit?: FourBitNeed;
}

export interface StartOptions {
  overrides?: RunOverrides;
  /**
   * Consent to load in 4 bits where nothing else lets the run fit into memory. Where it was not
   * asked for, such a run does not start; false = start it as it is all the same.
   */
  allow4bit?: boolean | undefined;
}

/** Everything a start would do, without starting. Errors: as `prepareRun`. */
export async function planRun(
  ws: Workspace,
  slug: string,
  overrides: RunOverrides = {},
): Promise<RunPlan> {
  const project = await readProject(ws, slug);
  return inTemporaryFolder(ws, async (folder) => {
    const { spec, ...rest } = await prepareRun(ws, project, overrides, { folder, now: new Date() });
    return { spec, decisions: spec.decisions, ...rest };
  });
}

/** Freezes a run and queues it; it starts at once where the device is free. Errors: as `freezeRun`. */
export async function startRun(
  ws: Workspace,
  slug: string,
  options: StartOptions = {},
): Promise<RunSpec> {
  const spec = await freezeRun(ws, slug, options);
  await enqueue(ws, { slug, id: spec.id });
  return spec;
}

/**
 * Freezes run.json and data into a run folder of their own, which appears whole or not at all.
 * Errors: as `prepareRun`; run_disk_budget; four_bit_question, which `allow4bit` answers.
 */
export async function freezeRun(
  ws: Workspace,
  slug: string,
  options: StartOptions & { trial?: RunSpec["trial"] } = {},
): Promise<RunSpec> {
  const project = await readProject(ws, slug);
  const now = new Date();
  return inTemporaryFolder(ws, async (folder) => {
    const draft = await prepareAllowed(ws, project, options, { folder, now });
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
        ...(options.allow4bit ? { allow4bit: true } : {}),
      };
      await writeJsonAtomic(passportFile(folder), await freezePassport(spec));
      return spec;
    };
    return placeRun(ws, slug, folder, place, now);
  });
}

/** As `prepareRun`; in 4 bits where nothing else fits and that was agreed to. Errors: four_bit_question. */
async function prepareAllowed(
  ws: Workspace,
  project: Project,
  { overrides = {}, allow4bit }: StartOptions,
  at: { folder: string; now: Date },
): Promise<RunDraft> {
  const { spec, fourBit } = await prepareRun(ws, project, overrides, at);
  if (!fourBit || allow4bit === false) return spec;
  const needs = {
    needed: bytesWords(fourBit.wholeBytes),
    reduced: bytesWords(fourBit.fourBitBytes),
    free: bytesWords(fourBit.freeBytes),
  };
  if (!allow4bit) throw new AppError("four_bit_question", needs);
  const quantization_config = { ...overrides.quantization_config, load_in_4bit: true };
  const four = await prepareRun(ws, project, { ...overrides, quantization_config }, at);
  four.spec.decisions.unshift(decision("four_bit_agreed", needs));
  return four.spec;
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
