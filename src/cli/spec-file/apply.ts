import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { basename, extname } from "node:path";
import { pipeline } from "node:stream/promises";
import { AppError } from "#contract/errors.ts";
import { findPreset } from "#contract/parameters/presets.ts";
import { sections, type Section, type SectionValues } from "#contract/parameters/types.ts";
import { sectionKeys, type DataFile, type Project } from "#contract/project.ts";
import type { Context } from "#cli/context.ts";
import { byName } from "#cli/find-project.ts";
import { shownPath } from "#cli/output/shown-path.ts";
import type { Spec } from "./read.ts";

/*
 * A spec file describes one project, found by its name, so that running it again updates that
 * project. What the file names becomes exactly as it says: a section's keys that it leaves out are
 * at their defaults (or its preset's values). What it does not name stays.
 */

export interface AppliedSpec {
  project: Project;
  created: boolean;
}

/**
 * Creates or updates the project of a spec file. Data files that the project holds and the spec does
 * not name are refused, or removed with `replaceData`: they may be the only copy.
 */
export async function applySpec(
  context: Context,
  spec: Spec,
  options: { replaceData?: boolean } = {},
): Promise<AppliedSpec> {
  const { core, workspace } = context;
  const { projects } = await core.listProjects(workspace);
  const existing = byName(projects, spec.name);
  const files = plannedFiles(spec);
  const surplus = (existing?.data ?? []).filter(
    (held) => names(spec, held) && !files.some(({ name }) => name === held.name),
  );
  if (surplus.length > 0 && !options.replaceData) throw surplusError(spec, surplus);

  const project =
    existing ??
    (await core.createProject(workspace, {
      name: spec.name,
      ...(spec.model !== undefined && { model: spec.model }),
      ...(spec.target_name !== undefined && { targetName: spec.target_name }),
      ...(spec.description !== undefined && { description: spec.description }),
    }));
  for (const { name } of surplus) await core.removeDataFile(workspace, project.slug, name);
  for (const file of files) await addFile(context, project, file);
  if (spec.preset !== undefined) await core.applyPreset(workspace, project.slug, spec.preset);
  const patch = patchFor(spec, await core.readProject(workspace, project.slug));
  if (Object.keys(patch).length > 0) await core.updateProject(workspace, project.slug, patch);
  return {
    project: await core.readProject(workspace, project.slug),
    created: existing === undefined,
  };
}

/** The spec names data files of this one's role. */
const names = (spec: Spec, { role }: DataFile): boolean =>
  (role === "train" ? spec.data : spec.check) !== undefined;

function surplusError(spec: Spec, surplus: readonly DataFile[]): AppError {
  const held = surplus.map(({ name }) => name).join(", ");
  return new AppError("bad_request", {
    detail: `the project “${spec.name}” also holds ${held}, which ${shownPath(spec.file)} does not name; name it there, or run again with --replace-data to take it out of the project`,
  });
}

interface PlannedFile {
  name: string;
  role: DataFile["role"];
  path: string;
}

/** Every file of the spec under a name of its own: the second data.jsonl becomes data-2.jsonl. */
export function plannedFiles(spec: Pick<Spec, "data" | "check">): PlannedFile[] {
  const taken = new Map<string, number>();
  const plan = (role: DataFile["role"]) => (path: string) => {
    const name = basename(path);
    const times = (taken.get(name) ?? 0) + 1;
    taken.set(name, times);
    const extension = extname(name);
    const unique =
      times === 1 ? name : `${name.slice(0, name.length - extension.length)}-${times}${extension}`;
    return { name: unique, role, path };
  };
  return [...(spec.data ?? []).map(plan("train")), ...(spec.check ?? []).map(plan("check"))];
}

/** Adds a file unless the project holds the same bytes under that name and role. */
async function addFile(context: Context, project: Project, file: PlannedFile): Promise<void> {
  const held = project.data.find(({ name, role }) => name === file.name && role === file.role);
  const now = await sha256(file.path);
  if (held && held.sha256 === now) return;
  await context.core.addDataFile(context.workspace, project.slug, { ...file, existing: "replace" });
  const other = project.data.find(({ name }) => name === file.name);
  if (!other || other.sha256 === now) return;
  context.terminal.hint(
    `${file.name} has changed; its content until now is kept in the project “${project.name}” as an earlier upload.`,
  );
}

async function sha256(path: string): Promise<string | undefined> {
  const hash = createHash("sha256");
  try {
    await pipeline(createReadStream(path), hash);
  } catch {
    return undefined; // Adding it says what is wrong.
  }
  return hash.digest("hex");
}

type Patch = Parameters<Context["core"]["updateProject"]>[2];

/** Only what differs, so that running the same spec again changes nothing. */
function patchFor(spec: Spec, project: Project): Patch {
  const patch: Patch = {};
  if (spec.model !== undefined && spec.model !== project.model) patch.model = spec.model;
  if (spec.target_name !== undefined && spec.target_name !== project.targetName) {
    patch.targetName = spec.target_name;
  }
  if (spec.description !== undefined && spec.description !== project.description) {
    patch.description = spec.description;
  }
  for (const section of sections) {
    const change = sectionChange(spec, section, project[sectionKeys[section]]);
    if (change) patch[section] = change;
  }
  return patch;
}

function sectionChange(
  spec: Spec,
  section: Section,
  stored: SectionValues,
): SectionValues | undefined {
  const own = spec.settings[section];
  if (own === undefined) return undefined;
  const preset = spec.preset === undefined ? undefined : findPreset(spec.preset);
  const base = preset && section !== "modelfile_config" ? preset[section] : {};
  return replaceSection(stored, { ...base, ...own });
}

/** The change that turns `stored` into exactly `wanted`, or undefined where it is that already. */
function replaceSection(stored: SectionValues, wanted: SectionValues): SectionValues | undefined {
  const keys = new Set([...Object.keys(stored), ...Object.keys(wanted)]);
  const changed = [...keys].filter(
    (key) => JSON.stringify(stored[key] ?? null) !== JSON.stringify(wanted[key] ?? null),
  );
  return changed.length === 0
    ? undefined
    : Object.fromEntries(changed.map((key) => [key, wanted[key] ?? null]));
}
