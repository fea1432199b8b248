import { existsSync } from "node:fs";
import { join } from "node:path";
import { AppError } from "#contract/errors.ts";
import { findParameter } from "#contract/parameters/registry.ts";
import { checkValue } from "#contract/parameters/validate.ts";
import { runChangesSchema } from "#contract/run-changes.ts";
import type { RunChange } from "#contract/run-changes.ts";
import { offerOf, rateOf } from "#contract/run-offer.ts";
import type { RunSpec, RunState } from "#contract/run.ts";
import { writeJsonAtomic } from "../files/atomic.ts";
import { firstIssue } from "../files/first-issue.ts";
import { readJsonObject } from "../files/read-json.ts";
import { fourBitObstacle } from "../memory/four-bit-obstacle.ts";
import { readDevice } from "../trainer/device.ts";
import type { Workspace } from "../workspace.ts";
import type { RunPaths } from "./run-paths.ts";

/*
 * changes.json: what a person changed in a run after it was frozen. The trainer follows each change
 * from behind its step on, so that the run can be repeated with it, byte for byte.
 */

const fileOf = (runFolder: string): string => join(runFolder, "changes.json");

/** A run's changes, earliest step first. Errors: file_invalid. */
export async function readChanges(runFolder: string): Promise<RunChange[]> {
  const file = fileOf(runFolder);
  const value = await readJsonObject(file, { keep: true });
  if (value === undefined) return [];
  const result = runChangesSchema.safeParse(value);
  if (result.success) return result.data.changes;
  throw new AppError("file_invalid", { file, detail: firstIssue(result.error) });
}

/** A change takes the place of those of its setting behind it: their steps are trained again. */
async function addChange(runFolder: string, change: RunChange): Promise<void> {
  const kept = (await readChanges(runFolder)).filter(
    ({ key, step }) => key !== change.key || step < change.step,
  );
  await writeChanges(
    runFolder,
    [...kept, change].sort((a, b) => a.step - b.step),
  );
}

/** Replaces what a person changed of a run, atomically. */
export async function writeChanges(
  runFolder: string,
  changes: readonly RunChange[],
): Promise<void> {
  await writeJsonAtomic(fileOf(runFolder), { schemaVersion: 1, changes });
}

/** Whether a run loads its weights in 4 bits, as it was frozen or by a later consent. */
export async function isFourBit(runFolder: string, spec: RunSpec): Promise<boolean> {
  const last = (await readChanges(runFolder)).findLast(({ key }) => key === "load_in_4bit");
  return last === undefined ? spec.quantization["load_in_4bit"] === true : last.value === true;
}

/** Notes the consent to load in 4 bits from the beginning. */
export const allowFourBit = (runFolder: string): Promise<void> =>
  addChange(runFolder, {
    time: new Date().toISOString(),
    step: 0,
    key: "load_in_4bit",
    value: true,
    before: false,
  });

/** As `allowFourBit`. Errors: four_bit_too_late (it has learned something), four_bit_unavailable. */
export async function changeToFourBit(
  ws: Workspace,
  paths: RunPaths,
  { spec, state }: { spec: RunSpec; state: RunState },
): Promise<void> {
  if (await isFourBit(paths.folder, spec)) return;
  if (state.step > 0 || state.lastCheckpoint !== null || existsSync(paths.adapter)) {
    throw new AppError("four_bit_too_late", { id: spec.id });
  }
  // An engine that does not answer is no reason against it: loading would say what is.
  const device = await readDevice(ws).catch(() => spec.device);
  const detail = fourBitObstacle(spec.device) ?? fourBitObstacle(device);
  if (detail !== null) throw new AppError("four_bit_unavailable", { detail });
  await allowFourBit(paths.folder);
}

/**
 * Lets a run go on with another learning rate: from the checkpoint that it offers, else from its last
 * one, else from its beginning. Errors: parameter_range, parameter_type, run_trained.
 */
export async function changeLearningRate(
  paths: RunPaths,
  { spec, state }: { spec: RunSpec; state: RunState },
  learningRate: number,
): Promise<void> {
  const parameter = findParameter("training_config", "learning_rate");
  if (parameter) checkValue(parameter, learningRate);
  if (existsSync(paths.adapter)) throw new AppError("run_trained", { id: spec.id });
  const changes = await readChanges(paths.folder);
  const offer = offerOf({ spec, state, changes });
  const step = offer?.kind === "learning_rate" ? offer.step : state.lastCheckpoint;
  await addChange(paths.folder, {
    time: new Date().toISOString(),
    step: step ?? 0,
    key: "learning_rate",
    value: learningRate,
    before: rateOf(spec, changes),
  });
}
