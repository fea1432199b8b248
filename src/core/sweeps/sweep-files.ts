import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { AppError } from "#contract/errors.ts";
import { sweepSchema } from "#contract/sweep.ts";
import type { Sweep } from "#contract/sweep.ts";
import { makeFolder, writeJsonAtomic } from "../files/atomic.ts";
import { isMissing } from "../files/error-code.ts";
import { firstIssue } from "../files/first-issue.ts";
import { plainName } from "../files/names.ts";
import { readJsonObject } from "../files/read-json.ts";
import { projectFolder } from "../projects/store.ts";
import type { Workspace } from "../workspace.ts";

const folderOf = (ws: Workspace, slug: string) => join(projectFolder(ws, slug), "sweeps");
const fileOf = (ws: Workspace, slug: string, id: string) =>
  join(folderOf(ws, slug), `${plainName(id)}.json`);

/** Stores a sweep, atomically. */
export async function writeSweep(ws: Workspace, sweep: Sweep): Promise<void> {
  await makeFolder(folderOf(ws, sweep.project));
  await writeJsonAtomic(fileOf(ws, sweep.project, sweep.id), sweep);
}

/** Errors: not_found, file_invalid, file_unreadable. */
export async function readSweep(ws: Workspace, slug: string, id: string): Promise<Sweep> {
  const file = fileOf(ws, slug, id);
  const value = await readJsonObject(file);
  if (value === undefined) throw new AppError("not_found", { what: "sweep", name: id });
  const result = sweepSchema.safeParse(value);
  if (result.success) return result.data;
  throw new AppError("file_invalid", { file, detail: firstIssue(result.error) });
}

/** A project's sweeps, newest first. */
export async function listSweeps(ws: Workspace, slug: string): Promise<Sweep[]> {
  let names: string[];
  try {
    names = await readdir(folderOf(ws, slug));
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
  const ids = names.filter((name) => /^[^.].*\.json$/.test(name)).map((name) => name.slice(0, -5));
  return Promise.all(
    ids
      .sort()
      .reverse()
      .map((id) => readSweep(ws, slug, id)),
  );
}
