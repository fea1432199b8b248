import { AppError } from "#contract/errors.ts";
import { findPreset, presets } from "#contract/parameters/presets.ts";
import { sections } from "#contract/parameters/types.ts";
import { sectionKeys, type Project } from "#contract/project.ts";
import { parseSettings, type Settings } from "./parse-setting.ts";

/**
 * The settings of one run: a preset in place of the project's sections that presets have, then the
 * single settings. Nothing of it is saved in the project. Errors: preset_unknown, parameter_*.
 */
export function runOverrides(
  project: Project,
  options: { preset?: string; set?: readonly string[] },
): Settings {
  const own = parseSettings(options.set ?? []);
  if (options.preset === undefined) return own;
  const preset = requirePreset(options.preset);
  const overrides: Settings = { ...own };
  for (const section of sections) {
    if (section === "modelfile_config") continue;
    const cleared = Object.keys(project[sectionKeys[section]]).map((key) => [key, null] as const);
    overrides[section] = { ...Object.fromEntries(cleared), ...preset[section], ...own[section] };
  }
  return overrides;
}

export function requirePreset(name: string): (typeof presets)[number] {
  const preset = findPreset(name.replaceAll("-", "_"));
  if (preset) return preset;
  const available = presets.map((known) => known.name).join(", ");
  throw new AppError("preset_unknown", { name, available });
}
