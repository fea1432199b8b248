import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { runsFolder, projectFolder, projectSlugs } from "#core/projects/store.ts";
import type { Workspace } from "#core/api.ts";

export interface SeenRun {
  readonly project: string;
  readonly run: string;
  readonly file: string;
}
export interface SeenProject {
  /** Changes with project.json, which is always replaced as a whole. */
  readonly stamp: string;
  /** Changes when a run's folder comes or goes. */
  readonly runsStamp: string;
  readonly runs: readonly SeenRun[];
}

/**
 * What is in the workspace, by names and times alone. Run folders are listed again only where
 * `before` is out of date, so that a look costs two `stat` calls per project.
 */
export async function scanWorkspace(
  ws: Workspace,
  before: ReadonlyMap<string, SeenProject>,
): Promise<Map<string, SeenProject>> {
  const seen = new Map<string, SeenProject>();
  for (const slug of await projectSlugs(ws).catch(() => [])) {
    const stamp = await stampOf(join(projectFolder(ws, slug), "project.json"));
    if (stamp === "") continue; // still being made, or just moved away
    const folder = runsFolder(ws, slug);
    const runsStamp = await stampOf(folder);
    const known = before.get(slug);
    const runs = known?.runsStamp === runsStamp ? known.runs : await listRuns(slug, folder);
    seen.set(slug, { stamp, runsStamp, runs });
  }
  return seen;
}

async function listRuns(project: string, folder: string): Promise<SeenRun[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith("."))
    .map(({ name: run }) => ({ project, run, file: join(folder, run, "events.jsonl") }));
}

async function stampOf(path: string): Promise<string> {
  const found = await stat(path).catch(() => undefined);
  return found ? `${found.ino}:${found.mtimeMs}:${found.size}` : "";
}
