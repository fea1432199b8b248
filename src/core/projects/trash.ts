import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { AppError } from "#contract/errors.ts";
import type { Project } from "#contract/project.ts";
import { makeFolder, renamePatiently, syncFolder, writeJsonAtomic } from "../files/atomic.ts";
import { pathInside } from "../files/names.ts";
import { readJsonObject } from "../files/read-json.ts";
import { projectsFolder, trashFolder, withWorkspaceLock } from "../workspace.ts";
import type { Workspace } from "../workspace.ts";
import { refuseWhileTraining } from "./active.ts";
import { slugFor } from "./slug.ts";
import { loadProject, projectFolder, saveProject, slugsTaken } from "./store.ts";

export interface TrashedProject {
  trashId: string;
  slug: string;
  name: string;
  deletedAt: string;
}

/** Moves the project with its data and runs into the workspace's trash. Errors: project_training. */
export async function deleteProject(ws: Workspace, slug: string): Promise<TrashedProject> {
  const { project } = await loadProject(ws, slug);
  await refuseWhileTraining(ws, project);
  const deletedAt = new Date().toISOString();
  const trashed = { trashId: trashName(slug, deletedAt), slug, name: project.name, deletedAt };
  const folder = pathInside(trashFolder(ws), trashed.trashId);
  await makeFolder(folder);
  await writeJsonAtomic(join(folder, "trashed.json"), trashed);
  await renamePatiently(projectFolder(ws, slug), join(folder, "project"));
  await syncFolder(projectsFolder(ws));
  return trashed;
}

/** Deleted projects, newest first. */
export async function listTrash(ws: Workspace): Promise<TrashedProject[]> {
  const list: TrashedProject[] = [];
  for (const name of await readdir(trashFolder(ws))) {
    const entry = await readJsonObject(join(trashFolder(ws), name, "trashed.json")).catch(
      () => undefined,
    );
    if (entry && typeof entry["slug"] === "string") list.push(entry as unknown as TrashedProject);
  }
  return list.sort((a, b) => b.deletedAt.localeCompare(a.deletedAt));
}

/** Moves a deleted project back; under a new slug where its own is taken. Errors: not_found. */
export async function restoreProject(ws: Workspace, trashId: string): Promise<Project> {
  const entry = (await listTrash(ws)).find((trashed) => trashed.trashId === trashId);
  if (!entry) throw new AppError("not_found", { what: "deleted project", name: trashId });
  return withWorkspaceLock(ws, "projects", async () => {
    const taken = await slugsTaken(ws);
    const slug = taken(entry.slug) ? slugFor(entry.name, taken) : entry.slug;
    const folder = pathInside(trashFolder(ws), trashId);
    await renamePatiently(join(folder, "project"), projectFolder(ws, slug));
    const { project, file } = await loadProject(ws, slug);
    const restored = slug === entry.slug ? project : await saveProject(ws, project, file);
    await rm(folder, { recursive: true });
    return restored;
  });
}

function trashName(slug: string, time: string): string {
  return `${slug}-${time.replace(/[:.]/g, "-")}`;
}
