import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { AppError } from "#contract/errors.ts";
import { dataFileSchema } from "#contract/project.ts";
import type { DataFile } from "#contract/project.ts";
import { makeFolder, renamePatiently, syncFolder, writeJsonAtomic } from "../../files/atomic.ts";
import { isMissing } from "../../files/error-code.ts";
import { linkOrCopy } from "../../files/link-or-copy.ts";
import { pathInside } from "../../files/names.ts";
import { changeProject } from "../../projects/projects.ts";
import { dataFolder } from "../../projects/store.ts";
import type { Workspace } from "../../workspace.ts";
import { versionsFolder, versionsOf } from "./store.ts";

/*
 * A file that is replaced stays beside the fixes that were made of it, under the hash of its content,
 * and goes into the trash with the file of its name.
 */

const earlierSchema = z.strictObject({
  schemaVersion: z.literal(1),
  file: dataFileSchema,
  replacedAt: z.iso.datetime(),
});

/** A content that a data file had before. */
export interface EarlierUpload {
  file: DataFile;
  replacedAt: string;
}

/** An earlier content, and what was said of it. */
export const uploadFiles = ["upload", "upload.json"] as const;
const bytesPath = (folder: string): string => join(folder, uploadFiles[0]);
const factsPath = (folder: string): string => join(folder, uploadFiles[1]);

/** Keeps a file's content, which goes on lying where it is until it is replaced. */
export async function keepUpload(ws: Workspace, slug: string, file: DataFile): Promise<void> {
  const folder = versionsOf(ws, slug, file);
  await makeFolder(folder);
  const from = pathInside(dataFolder(ws, slug), file.name);
  try {
    await linkOrCopy(from, bytesPath(folder));
  } catch (error) {
    if (isMissing(error)) return;
    throw error;
  }
  const replacedAt = new Date().toISOString();
  await writeJsonAtomic(factsPath(folder), { schemaVersion: 1, file, replacedAt });
  await syncFolder(folder);
}

/** What a file held before, newest first. */
export async function earlierUploads(
  ws: Workspace,
  slug: string,
  name: string,
): Promise<EarlierUpload[]> {
  const found: EarlierUpload[] = [];
  for (const folder of await readdir(versionsFolder(ws, slug)).catch(() => [])) {
    const path = factsPath(join(versionsFolder(ws, slug), folder));
    const text = await readFile(path, "utf8").catch(() => undefined);
    if (text === undefined) continue;
    const { data } = earlierSchema.safeParse(JSON.parse(text));
    if (data?.file.name === name) found.push({ file: data.file, replacedAt: data.replacedAt });
  }
  return found.sort((a, b) => b.replacedAt.localeCompare(a.replacedAt));
}

/**
 * Lets an earlier content be the file's again, with the fixes it had; the present one is kept in its
 * stead. Errors: not_found, project_training.
 */
export async function restoreUpload(
  ws: Workspace,
  slug: string,
  { name, sha256 }: { name: string; sha256: string },
): Promise<DataFile> {
  const earlier = (await earlierUploads(ws, slug, name)).find((one) => one.file.sha256 === sha256);
  const missing = new AppError("not_found", { what: "earlier upload", name: sha256 });
  if (!earlier) throw missing;
  const folder = versionsOf(ws, slug, earlier.file);
  const { data } = await changeProject(ws, slug, async ({ project }) => {
    const present = project.data.find((file) => file.name === name);
    if (!present) throw missing;
    await keepUpload(ws, slug, present);
    await renamePatiently(bytesPath(folder), pathInside(dataFolder(ws, slug), name));
    await syncFolder(dataFolder(ws, slug));
    await rm(factsPath(folder), { force: true });
    const restored = { ...earlier.file, role: present.role };
    return { ...project, data: project.data.map((one) => (one === present ? restored : one)) };
  });
  const file = data.find((one) => one.name === name);
  if (!file) throw missing;
  return file;
}

/** Lets earlier contents, which lie in folders under `root`, be those of a file of another name. */
export async function giveUploadsTo(root: string, name: string): Promise<void> {
  for (const folder of await readdir(root).catch(() => [])) {
    const path = factsPath(join(root, folder));
    const text = await readFile(path, "utf8").catch(() => undefined);
    const facts = text === undefined ? undefined : earlierSchema.parse(JSON.parse(text));
    if (facts) await writeJsonAtomic(path, { ...facts, file: { ...facts.file, name } });
  }
}
