import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { dataVersionSchema } from "#contract/data-version.ts";
import type { DataVersion } from "#contract/data-version.ts";
import { AppError } from "#contract/errors.ts";
import type { DataFile } from "#contract/project.ts";
import { makeFolder, writeJsonAtomic } from "../../files/atomic.ts";
import { isMissing } from "../../files/error-code.ts";
import { dataFolder } from "../../projects/store.ts";
import type { Workspace } from "../../workspace.ts";

/*
 * Versions lie beside the data, by the content of the file that they change: a file that is replaced
 * begins anew, and one that comes back finds its versions again.
 */

const indexSchema = z.strictObject({
  schemaVersion: z.literal(1),
  versions: z.array(dataVersionSchema),
});

export const versionsFolder = (ws: Workspace, slug: string): string =>
  join(dataFolder(ws, slug), ".versions");

/** The folder of what was made of a content. */
export const versionsOf = (
  ws: Workspace,
  slug: string,
  { sha256 }: Pick<DataFile, "sha256">,
): string => join(versionsFolder(ws, slug), sha256.slice(0, 32));

/** Where the changes of a version lie; 0 = as uploaded, which has none. */
export function changesPath(
  ws: Workspace,
  slug: string,
  file: Pick<DataFile, "sha256">,
  version: number,
): string | undefined {
  return version === 0 ? undefined : join(versionsOf(ws, slug, file), `${version}.jsonl`);
}

/** All versions of a data file, oldest first. Errors: file_invalid. */
export async function readVersions(
  ws: Workspace,
  slug: string,
  file: Pick<DataFile, "sha256">,
): Promise<DataVersion[]> {
  const path = join(versionsOf(ws, slug, file), "versions.json");
  try {
    return indexSchema.parse(JSON.parse(await readFile(path, "utf8"))).versions;
  } catch (error) {
    if (isMissing(error)) return [];
    throw new AppError("file_invalid", { file: path, detail: String(error) }, { cause: error });
  }
}

/** Adds a version whose changes lie at `changesPath` already. */
export async function addVersion(
  ws: Workspace,
  slug: string,
  file: Pick<DataFile, "sha256">,
  version: DataVersion,
): Promise<void> {
  const versions = [...(await readVersions(ws, slug, file)), version];
  await writeJsonAtomic(join(versionsOf(ws, slug, file), "versions.json"), {
    schemaVersion: 1,
    versions,
  });
}

export const makeVersionFolder = (
  ws: Workspace,
  slug: string,
  file: Pick<DataFile, "sha256">,
): Promise<void> => makeFolder(versionsOf(ws, slug, file));
