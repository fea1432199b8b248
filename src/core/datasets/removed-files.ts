import { randomBytes } from "node:crypto";
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { AppError } from "#contract/errors.ts";
import { dataFileSchema } from "#contract/project.ts";
import type { DataFile, Project } from "#contract/project.ts";
import { makeFolder, renamePatiently, syncFolder, writeJsonAtomic } from "../files/atomic.ts";
import { isMissing } from "../files/error-code.ts";
import { linkOrCopy } from "../files/link-or-copy.ts";
import { pathInside } from "../files/names.ts";
import { readJsonObject } from "../files/read-json.ts";
import { changeProject } from "../projects/projects.ts";
import { dataFolder, loadProject } from "../projects/store.ts";
import { trashFolder, withWorkspaceLock } from "../workspace.ts";
import type { Workspace } from "../workspace.ts";
import { freeName } from "./free-name.ts";
import { earlierUploads, giveUploadsTo, uploadFiles } from "./versions/earlier-uploads.ts";
import { versionsFolder, versionsOf } from "./versions/store.ts";

/*
 * A data file that is removed waits in the workspace's trash, with its fixes and with what it held
 * before, until the trash is emptied: <trash>/<id>/{removed.json, content, versions/<content>/…}.
 */

const removedSchema = z.strictObject({
  schemaVersion: z.literal(1),
  slug: z.string(),
  file: dataFileSchema,
  removedAt: z.iso.datetime(),
});

const missing = (name: string): AppError => new AppError("not_found", { what: "data file", name });

/** Moves a data file into the trash; the id brings it back. Errors: not_found, project_training. */
export async function removeDataFile(ws: Workspace, slug: string, name: string): Promise<string> {
  const path = pathInside(dataFolder(ws, slug), name);
  const trashId = `data-${randomBytes(8).toString("hex")}`;
  const trash = join(trashFolder(ws), trashId);
  try {
    await changeProject(ws, slug, async ({ project }) => {
      const file = project.data.find((one) => one.name === name);
      if (!file) throw missing(name);
      await makeFolder(trash);
      // A file that someone else took away can still be taken off the list.
      await linkOrCopy(path, join(trash, "content")).catch(unlessMissing);
      const removedAt = new Date().toISOString();
      await writeJsonAtomic(join(trash, "removed.json"), {
        schemaVersion: 1,
        slug,
        file,
        removedAt,
      });
      return { ...project, data: project.data.filter((one) => one !== file) };
    });
  } catch (error) {
    await rm(trash, { recursive: true, force: true });
    throw error;
  }
  // Behind that, so that a crash leaves a file too many rather than an entry without its file.
  await withWorkspaceLock(ws, `project-${slug}`, async () => {
    const { project } = await loadProject(ws, slug);
    // Who uploaded the name again meanwhile keeps that.
    if (project.data.some((one) => one.name === name)) return;
    await rm(path, { force: true });
    await moveVersions(ws, project, { name, trash });
  });
  return trashId;
}

/** What only the removed file needs goes along: its fixes, and what it held before it was replaced. */
async function moveVersions(
  ws: Workspace,
  { slug, data }: Project,
  { name, trash }: { name: string; trash: string },
): Promise<void> {
  const { file } = removedSchema.parse(await readJsonObject(join(trash, "removed.json")));
  const earlier = (await earlierUploads(ws, slug, name)).map((one) => one.file);
  for (const content of [file, ...earlier]) {
    const from = versionsOf(ws, slug, content);
    const shared = data.some(({ sha256 }) => sha256 === content.sha256);
    if (shared && content === file) continue;
    const to = join(trash, "versions", content.sha256.slice(0, 32));
    await moveFiles(from, to, shared ? uploadFiles : undefined);
  }
}

/**
 * Brings a removed file back as it was; under a free name where another file has its name now.
 * Errors: not_found, project_training.
 */
export async function restoreDataFile(
  ws: Workspace,
  slug: string,
  { name, trashId }: { name: string; trashId: string },
): Promise<DataFile> {
  const trash = pathInside(trashFolder(ws), trashId);
  const removed = removedSchema.safeParse(await readJsonObject(join(trash, "removed.json"))).data;
  if (removed?.slug !== slug || removed.file.name !== name) throw missing(name);
  const restored = { ...removed.file };
  await changeProject(ws, slug, async ({ project }) => {
    if (project.data.some((file) => file.name === name)) {
      restored.name = freeName(project, name);
      await giveUploadsTo(join(trash, "versions"), restored.name);
    }
    await makeFolder(dataFolder(ws, slug));
    const path = pathInside(dataFolder(ws, slug), restored.name);
    await linkOrCopy(join(trash, "content"), path).catch((error: unknown) => {
      throw isMissing(error) ? missing(name) : error;
    });
    for (const content of await readdir(join(trash, "versions")).catch(() => [])) {
      const to = join(versionsFolder(ws, slug), content);
      await moveFiles(join(trash, "versions", content), to);
    }
    await syncFolder(dataFolder(ws, slug));
    return { ...project, data: [...project.data, restored] };
  });
  await rm(trash, { recursive: true, force: true });
  return restored;
}

/** Moves the files of one folder into another; what is there already has the same content. */
async function moveFiles(from: string, to: string, names?: readonly string[]): Promise<void> {
  const there = await readdir(from).catch(() => []);
  const taken = new Set(await readdir(to).catch(() => []));
  for (const name of there.filter((one) => !names || names.includes(one))) {
    await makeFolder(to);
    if (!taken.has(name)) await renamePatiently(join(from, name), join(to, name));
  }
  if (!names) await rm(from, { recursive: true, force: true });
}

function unlessMissing(error: unknown): undefined {
  if (isMissing(error)) return undefined;
  throw error;
}
