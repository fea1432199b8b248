import type { LedgerEntry, LedgerSummary, Row } from "#contract/dataset.ts";
import { AppError } from "#contract/errors.ts";
import { isMissing } from "../files/error-code.ts";
import { findParameter, defaultFor } from "#contract/parameters/registry.ts";
import type { Project } from "#contract/project.ts";
import { readProject } from "../projects/projects.ts";
import type { Workspace } from "../workspace.ts";
import { dataSources } from "./data-files.ts";
import { placeInThread } from "./place-in-thread.ts";
import { rowId } from "./place-rows.ts";
import type { Following } from "./progress.ts";
import { scanFile } from "./scan.ts";

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

/** A page of input rows in the order of the files: conversations, and those that cannot be used. */
export async function readRows(
  ws: Workspace,
  slug: string,
  options: { file?: string; offset?: number; limit?: number } = {},
): Promise<{ rows: Row[]; leftOut: LedgerEntry[] }> {
  const { file, offset = 0, limit = 100 } = options;
  const project = await readProject(ws, slug);
  const sources = dataSources(ws, project).filter(({ name }) => !file || name === file);
  if (file !== undefined && sources.length === 0) {
    throw new AppError("not_found", { what: "data file", name: file });
  }
  const page: { rows: Row[]; leftOut: LedgerEntry[] } = { rows: [], leftOut: [] };
  let position = 0;
  try {
    for (const source of sources) {
      for await (const rows of scanFile(source.path, source)) {
        for (const row of rows) {
          const index = position++;
          if (index < offset) continue;
          if (index >= offset + limit) return page;
          const { file: name, line } = row;
          if ("reason" in row) {
            page.leftOut.push({ file: name, line, outcome: "left_out", reason: row.reason });
          } else {
            const { messages, tools, text } = row;
            const extras = { ...(tools && { tools }), ...(text !== undefined && { text }) };
            page.rows.push({ id: rowId(name, line), file: name, line, messages, ...extras });
          }
        }
      }
    }
  } catch (error) {
    throw explainMissing(error);
  }
  return page;
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
