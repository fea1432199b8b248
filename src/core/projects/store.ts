import { mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import { AppError } from "#contract/errors.ts";
import { sections } from "#contract/parameters/types.ts";
import type { SectionValues } from "#contract/parameters/types.ts";
import { findParameter } from "#contract/parameters/registry.ts";
import { projectSchema, sectionKeys } from "#contract/project.ts";
import type { Project } from "#contract/project.ts";
import { writeJsonAtomic } from "../files/atomic.ts";
import { firstIssue } from "../files/first-issue.ts";
import { migrate } from "../files/migrate.ts";
import { pathInside } from "../files/names.ts";
import { readJsonObject } from "../files/read-json.ts";
import { isMissing } from "../files/error-code.ts";
import { projectsFolder } from "../workspace.ts";
import type { Workspace } from "../workspace.ts";
import { projectMigrations, projectVersion } from "./migrations.ts";

export const projectFolder = (ws: Workspace, slug: string): string =>
  pathInside(projectsFolder(ws), slug);
export const dataFolder = (ws: Workspace, slug: string): string =>
  join(projectFolder(ws, slug), "data");
export const runsFolder = (ws: Workspace, slug: string): string =>
  join(projectFolder(ws, slug), "runs");

/** A project as read, and the whole file, whose unknown keys are kept when it is written. */
export interface StoredProject {
  project: Project;
  file: Record<string, unknown>;
}

/** Slugs of all project folders, whether they can be read or not. */
export async function projectSlugs(ws: Workspace): Promise<string[]> {
  const entries = await readdir(projectsFolder(ws), { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith("."))
    .map((entry) => entry.name)
    .sort();
}

/** Errors: not_found, file_unreadable, file_unreachable, file_invalid, file_too_new. */
export async function loadProject(ws: Workspace, slug: string): Promise<StoredProject> {
  const path = join(projectFolder(ws, slug), "project.json");
  const raw = await readJsonObject(path);
  if (raw === undefined) throw new AppError("not_found", { what: "project", name: slug });
  const file = migrate(raw, {
    file: path,
    current: projectVersion,
    migrations: projectMigrations,
  });
  const result = projectSchema.safeParse({ ...knownKeys(file), slug });
  if (!result.success) {
    throw new AppError("file_invalid", { file: path, detail: firstIssue(result.error) });
  }
  return { project: withoutNulls(result.data), file };
}

/** Writes a project. Keys of its file that this version doesn't know stay as they are. */
export async function saveProject(
  ws: Workspace,
  project: Project,
  file: Record<string, unknown> = {},
): Promise<Project> {
  const clean = withoutNulls(project);
  const written: Record<string, unknown> = { ...file, ...clean };
  for (const section of sections) {
    const key = sectionKeys[section];
    written[key] = { ...unknownInner(file, section), ...clean[key] };
  }
  const folder = projectFolder(ws, project.slug);
  await mkdir(folder, { recursive: true });
  await writeJsonAtomic(join(folder, "project.json"), written);
  return clean;
}

/** What this version knows of a file, so that keys of a hand or a sister version don't lock it. */
function knownKeys(file: Record<string, unknown>): Record<string, unknown> {
  const known = Object.fromEntries(
    Object.entries(file).filter(([key]) => Object.hasOwn(projectSchema.shape, key)),
  );
  for (const section of sections) {
    const values = file[sectionKeys[section]];
    if (!isObject(values)) continue;
    known[sectionKeys[section]] = Object.fromEntries(
      Object.entries(values).filter(([key]) => findParameter(section, key)),
    );
  }
  return known;
}

function unknownInner(
  file: Record<string, unknown>,
  section: (typeof sections)[number],
): Record<string, unknown> {
  const values = file[sectionKeys[section]];
  if (!isObject(values)) return {};
  return Object.fromEntries(Object.entries(values).filter(([key]) => !findParameter(section, key)));
}

/** Null means "the default", which is what an absent key means; only that is written. */
function withoutNulls(project: Project): Project {
  const result = { ...project };
  for (const section of sections) {
    const values: SectionValues = project[sectionKeys[section]];
    result[sectionKeys[section]] = Object.fromEntries(
      Object.entries(values).filter(([, value]) => value !== null && value !== undefined),
    );
  }
  return result;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}

/** Whether a folder of this slug exists. */
export async function slugsTaken(ws: Workspace): Promise<(slug: string) => boolean> {
  const taken = new Set(
    await projectSlugs(ws).catch((error: unknown) => {
      if (isMissing(error)) return [];
      throw error;
    }),
  );
  return (slug) => taken.has(slug);
}
