import type { LedgerSummary } from "#contract/dataset.ts";
import { AppError } from "#contract/errors.ts";
import { isMissing } from "../files/error-code.ts";
import { findParameter, defaultFor } from "#contract/parameters/registry.ts";
import type { Project } from "#contract/project.ts";
import { readProject } from "../projects/projects.ts";
import type { Workspace } from "../workspace.ts";
import { dataSources } from "./data-files.ts";
import { placeInThread } from "./place-in-thread.ts";
import type { Following } from "./progress.ts";

/** Reads every row; without the model's own checks (tokens, template), which planRun adds. */
export async function checkData(
  ws: Workspace,
  slug: string,
  following: Following = {},
): Promise<LedgerSummary> {
  const project = await readProject(ws, slug);
  const sources = dataSources(ws, project);
  try {
    return (await placeInThread(sources, splitSeed(project), following)).ledger;
  } catch (error) {
    throw explainMissing(error);
  }
}

/** The seed of the split is the run's own. */
export function splitSeed({ trainingConfig }: Pick<Project, "trainingConfig">): number {
  const parameter = findParameter("training_config", "seed");
  const seed = trainingConfig["seed"] ?? (parameter && defaultFor(parameter, "cpu"));
  return typeof seed === "number" ? seed : 0;
}

/** A data file that someone took out of the workspace by hand. */
export function explainMissing(error: unknown): unknown {
  if (!isMissing(error) || !(error instanceof Error && "path" in error)) return error;
  return new AppError("data_file_missing", { file: String(error.path) }, { cause: error });
}
