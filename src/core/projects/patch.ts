import { AppError } from "#contract/errors.ts";
import { checkRules } from "#contract/parameters/rules.ts";
import { nearest } from "#contract/parameters/nearest.ts";
import { sections } from "#contract/parameters/types.ts";
import type { Section, SectionValues } from "#contract/parameters/types.ts";
import { validateSection } from "#contract/parameters/validate.ts";
import { sectionKeys } from "#contract/project.ts";
import type { Project } from "#contract/project.ts";
import { checkDescription, checkModel, checkName, checkTargetName } from "./fields.ts";

/** API names; absent = unchanged, null = back to default (of a key, or of a whole section). */
export interface ProjectPatch {
  name?: string;
  description?: string;
  model?: string;
  targetName?: string;
  training_config?: SectionValues | null;
  lora_config?: SectionValues | null;
  quantization_config?: SectionValues | null;
  modelfile_config?: SectionValues | null;
}

const checks = {
  name: checkName,
  description: checkDescription,
  model: checkModel,
  targetName: checkTargetName,
} as const;

/** The project with the patch applied; sections that it doesn't name are the same objects as before. */
export function applyPatch(project: Project, patch: ProjectPatch): Project {
  const result = { ...project };
  for (const key of Object.keys(patch)) refuseUnknown(key);
  for (const key of ["name", "description", "model", "targetName"] as const) {
    const value = patch[key];
    if (value !== undefined) result[key] = checks[key](value);
  }
  for (const section of sections) {
    const values = patch[section];
    if (values === undefined) continue;
    result[sectionKeys[section]] = mergeSection(section, project[sectionKeys[section]], values);
  }
  checkRules(configsOf(result));
  return result;
}

/** A section's stored values under the names of the API. */
export function configsOf(project: Project): Record<Section, SectionValues> {
  return {
    training_config: project.trainingConfig,
    lora_config: project.loraConfig,
    quantization_config: project.quantizationConfig,
    modelfile_config: project.modelfileConfig,
  };
}

/** Stored values with an update laid over them; null takes a key away. Validates the update. */
export function mergeSection(
  section: Section,
  stored: SectionValues,
  update: SectionValues | null,
): SectionValues {
  if (update === null) return {};
  const merged: SectionValues = { ...stored };
  for (const [key, value] of Object.entries(validateSection(section, update))) {
    if (value === undefined) continue;
    if (value === null) delete merged[key];
    else merged[key] = value;
  }
  return merged;
}

function refuseUnknown(key: string): void {
  const known = [...Object.keys(checks), ...sections];
  if (known.includes(key)) return;
  const match = nearest(key, known);
  throw match === undefined
    ? new AppError("parameter_unknown_no_match", { field: key })
    : new AppError("parameter_unknown", { field: key, nearest: match });
}
