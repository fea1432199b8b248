import { cp, mkdir, readdir, rm } from "node:fs/promises";
import { AppError, toErrorBody } from "#contract/errors.ts";
import type { ErrorBody } from "#contract/errors.ts";
import { findPreset, presets } from "#contract/parameters/presets.ts";
import { checkRules } from "#contract/parameters/rules.ts";
import type { Section, SectionValues } from "#contract/parameters/types.ts";
import { sectionKeys } from "#contract/project.ts";
import type { Project } from "#contract/project.ts";
import { isMissing } from "../files/error-code.ts";
import { inspectIfPossible } from "../models/inspect.ts";
import { withWorkspaceLock } from "../workspace.ts";
import type { Workspace } from "../workspace.ts";
import { refuseWhileTraining } from "./active.ts";
import { checkDescription, checkName, checkTargetName } from "./fields.ts";
import { applyPatch, configsOf } from "./patch.ts";
import type { ProjectPatch } from "./patch.ts";
import { slugFor } from "./slug.ts";
import {
  dataFolder,
  loadProject,
  projectFolder,
  projectSlugs,
  saveProject,
  slugsTaken,
} from "./store.ts";
import type { StoredProject } from "./store.ts";

export interface NewProject {
  name: string;
  /** "starter" (the default), an absolute folder, or a hub id. */
  model?: string;
  /** The name in Ollama; from the slug where absent. */
  targetName?: string;
  description?: string;
}

export interface ProjectList {
  projects: Project[];
  /** Folders that could not be read, as file_unreadable, file_too_new, …; none is deleted. */
  problems: ErrorBody[];
}

/** Two projects may carry the same name; each has a folder of its own. Errors: project_name_required, name_invalid. */
export async function createProject(ws: Workspace, input: NewProject): Promise<Project> {
  const name = checkName(input.name);
  const description = checkDescription(input.description ?? "");
  if (input.targetName !== undefined) checkTargetName(input.targetName);
  return withWorkspaceLock(ws, "projects", async () => {
    const slug = slugFor(name, await slugsTaken(ws));
    const now = new Date().toISOString();
    return saveProject(ws, {
      schemaVersion: 1,
      revision: 0,
      slug,
      name,
      description,
      createdAt: now,
      updatedAt: now,
      model: input.model ?? "starter",
      targetName: input.targetName ?? slug,
      preset: null,
      data: [],
      trainingConfig: {},
      loraConfig: {},
      quantizationConfig: {},
      modelfileConfig: {},
    });
  });
}

/** A file that was being written, which nothing reads. */
const isPart = (name: string): boolean => name.startsWith(".") && name.endsWith(".part");

/** All projects by name, and what could not be read. */
export async function listProjects(ws: Workspace): Promise<ProjectList> {
  const list: ProjectList = { projects: [], problems: [] };
  for (const slug of await projectSlugs(ws)) {
    try {
      list.projects.push((await loadProject(ws, slug)).project);
    } catch (error) {
      // A crash or a full disk while a project was made leaves its empty folder: nothing is lost.
      if ((await readdir(projectFolder(ws, slug)).catch(() => [""])).every(isPart)) continue;
      list.problems.push(toErrorBody(error));
    }
  }
  list.projects.sort((a, b) => a.name.localeCompare(b.name) || a.slug.localeCompare(b.slug));
  return list;
}

/** Errors: not_found, file_unreadable, file_invalid, file_too_new. */
export async function readProject(ws: Workspace, slug: string): Promise<Project> {
  return (await loadProject(ws, slug)).project;
}

/**
 * Changes what the patch names and nothing else; with another name, slug and folder stay, so that
 * addresses and runs keep working. On any error nothing is saved.
 * Errors: revision_conflict, project_training, parameter_*, precision_conflict, lora_*, name_invalid,
 * ollama_name_*.
 */
export async function updateProject(
  ws: Workspace,
  slug: string,
  patch: ProjectPatch,
  options: { revision?: number } = {},
): Promise<Project> {
  const change = async ({ project }: StoredProject): Promise<Project> => {
    const changed = applyPatch(project, patch);
    // Only now are the model's own layers of interest; asking for them takes a moment.
    if (patch.lora_config?.["target_modules"]) {
      checkRules(configsOf(changed), (await inspectIfPossible(ws, changed.model))?.model);
    }
    return changed;
  };
  const settings = Object.keys(patch).some((key) => key !== "name" && key !== "description");
  return changeProject(ws, slug, change, { ...options, settings });
}

/** Copies settings and data, not the runs. */
export async function duplicateProject(
  ws: Workspace,
  slug: string,
  name?: string,
): Promise<Project> {
  const { project, file } = await loadProject(ws, slug);
  const newName = checkName(name ?? `${project.name} (copy)`);
  return withWorkspaceLock(ws, "projects", async () => {
    const newSlug = slugFor(newName, await slugsTaken(ws));
    const now = new Date().toISOString();
    try {
      await mkdir(projectFolder(ws, newSlug));
      await cp(dataFolder(ws, slug), dataFolder(ws, newSlug), { recursive: true }).catch(
        (error: unknown) => {
          if (!isMissing(error)) throw error;
        },
      );
      return await saveProject(
        ws,
        {
          ...project,
          revision: 0,
          slug: newSlug,
          name: newName,
          targetName: newSlug,
          createdAt: now,
          updatedAt: now,
        },
        file,
      );
    } catch (error) {
      await rm(projectFolder(ws, newSlug), { recursive: true, force: true });
      throw error;
    }
  });
}

/** Replaces the three sections that presets speak of; the Modelfile's stays. Errors: preset_unknown. */
export async function applyPreset(
  ws: Workspace,
  slug: string,
  presetName: string,
): Promise<Project> {
  const preset = findPreset(presetName);
  if (!preset) {
    const available = presets.map(({ name }) => name).join(", ");
    throw new AppError("preset_unknown", { name: presetName, available });
  }
  return changeProject(ws, slug, ({ project }) => ({
    ...project,
    preset: preset.name,
    trainingConfig: { ...preset.training_config },
    loraConfig: { ...preset.lora_config },
    quantizationConfig: { ...preset.quantization_config },
  }));
}

/** Puts every setting of one section back to its default. */
export async function resetSection(
  ws: Workspace,
  slug: string,
  section: Section,
): Promise<Project> {
  const empty: SectionValues = {};
  return changeProject(ws, slug, ({ project }) => ({ ...project, [sectionKeys[section]]: empty }));
}

/** Reads, changes and writes a project while nobody else can. `settings`: refuse while it trains. */
export async function changeProject(
  ws: Workspace,
  slug: string,
  change: (stored: StoredProject) => Project | Promise<Project>,
  options: { revision?: number; settings?: boolean } = {},
): Promise<Project> {
  // Known first, so that a lock file is only ever made for a project that exists.
  await loadProject(ws, slug);
  return withWorkspaceLock(ws, `project-${slug}`, async () => {
    const stored = await loadProject(ws, slug);
    const { revision: current, name } = stored.project;
    const yours = options.revision;
    if (yours !== undefined && yours !== current) {
      throw new AppError("revision_conflict", { name, current, yours });
    }
    if (options.settings ?? true) await refuseWhileTraining(ws, stored.project);
    const changed = await change(stored);
    return saveProject(
      ws,
      { ...changed, revision: current + 1, updatedAt: new Date().toISOString() },
      stored.file,
    );
  });
}
