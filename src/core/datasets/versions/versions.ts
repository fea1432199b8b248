import type { Changes, DataVersion } from "#contract/data-version.ts";
import { AppError } from "#contract/errors.ts";
import type { DataFile } from "#contract/project.ts";
import { changeProject, readProject } from "../../projects/projects.ts";
import type { Workspace } from "../../workspace.ts";
import { dataSources } from "../data-files.ts";
import { scanFile } from "../scan.ts";
import type { ScannedRow } from "../scan.ts";
import { earlierUploads } from "./earlier-uploads.ts";
import type { EarlierUpload } from "./earlier-uploads.ts";
import { setVersions, shownChanges } from "./fix.ts";
import { rowText } from "./row-text.ts";
import { changesPath, readVersions } from "./store.ts";

/**
 * The versions of a data file with the one that counts, 0 = as uploaded, and what it held before.
 * Errors: not_found.
 */
export async function listVersions(
  ws: Workspace,
  slug: string,
  name: string,
): Promise<{ current: number; versions: DataVersion[]; earlier: EarlierUpload[] }> {
  const { file } = await findFile(ws, slug, name);
  const versions = await readVersions(ws, slug, file);
  return { current: file.version ?? 0, versions, earlier: await earlierUploads(ws, slug, name) };
}

/** Lets a version count from now on; none is removed. Errors: not_found, project_training. */
export async function restoreVersion(
  ws: Workspace,
  slug: string,
  { name, version }: { name: string; version: number },
): Promise<DataFile> {
  await requireVersion(ws, slug, (await findFile(ws, slug, name)).file, version);
  await changeProject(ws, slug, ({ project }) => setVersions(project, new Map([[name, version]])));
  return (await findFile(ws, slug, name)).file;
}

/** What differs from one version to another; 0 = as uploaded. Errors: not_found. */
export async function compareVersions(
  ws: Workspace,
  slug: string,
  { name, from, to }: { name: string; from: number; to: number },
): Promise<Changes> {
  const changes: Changes = { changed: 0, leftOut: 0, broughtBack: 0, rows: [] };
  const older = rowsOf(await versionRows(ws, slug, { name, version: from }));
  const newer = rowsOf(await versionRows(ws, slug, { name, version: to }));
  try {
    for (;;) {
      const [before, after] = [await older.next(), await newer.next()];
      if (before.done || after.done) return changes;
      const [earlier, later] = [rowText(before.value), rowText(after.value)];
      if (earlier === later) continue;
      changes[later === null ? "leftOut" : earlier === null ? "broughtBack" : "changed"] += 1;
      if (changes.rows.length >= shownChanges) continue;
      const { file, line } = before.value;
      changes.rows.push({ file, line, before: earlier, after: later });
    }
  } finally {
    await Promise.all([older.return(undefined), newer.return(undefined)]);
  }
}

/** A version as JSON lines, one conversation each; rows that are left out are not among them. */
export async function* exportVersion(
  ws: Workspace,
  slug: string,
  at: { name: string; version: number },
): AsyncGenerator<string> {
  for await (const rows of await versionRows(ws, slug, at)) {
    let text = "";
    for (const row of rows) {
      if ("reason" in row) continue;
      const { messages, tools, text: plain } = row;
      const line = plain === undefined ? { messages, ...(tools && { tools }) } : { text: plain };
      text += `${JSON.stringify(line)}\n`;
    }
    yield text;
  }
}

/** All rows of a file as a version of it has them. Errors: not_found. */
async function versionRows(
  ws: Workspace,
  slug: string,
  { name, version }: { name: string; version: number },
): Promise<AsyncGenerator<ScannedRow[]>> {
  const { file, source } = await findFile(ws, slug, name);
  await requireVersion(ws, slug, file, version);
  const { changes: _, ...uploaded } = source;
  const changes = changesPath(ws, slug, file, version);
  return scanFile(source.path, changes === undefined ? uploaded : { ...uploaded, changes });
}

async function* rowsOf(pages: AsyncGenerator<ScannedRow[]>): AsyncGenerator<ScannedRow, undefined> {
  for await (const rows of pages) yield* rows;
}

async function requireVersion(
  ws: Workspace,
  slug: string,
  file: DataFile,
  version: number,
): Promise<void> {
  if (version === 0) return;
  const versions = await readVersions(ws, slug, file);
  if (!versions.some((one) => one.version === version)) {
    throw new AppError("not_found", { what: "version", name: String(version) });
  }
}

async function findFile(ws: Workspace, slug: string, name: string) {
  const project = await readProject(ws, slug);
  const file = project.data.find((one) => one.name === name);
  const source = dataSources(ws, project).find((one) => one.name === name);
  if (!file || !source) throw new AppError("not_found", { what: "data file", name });
  return { file, source };
}
