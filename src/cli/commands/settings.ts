import { registry } from "#contract/parameters/registry.ts";
import { checkRules } from "#contract/parameters/rules.ts";
import { sections, type ParameterValue, type Section } from "#contract/parameters/types.ts";
import { sectionKeys, type Project } from "#contract/project.ts";
import type { EffectiveSettings } from "#core/api.ts";
import { AppError } from "#contract/errors.ts";
import type { Context } from "#cli/context.ts";
import { findProject } from "#cli/find-project.ts";
import { renderTable } from "#cli/output/table.ts";
import { requirePreset } from "#cli/settings/overrides.ts";
import { parseSettings } from "#cli/settings/parse-setting.ts";

export interface SettingsOptions {
  set?: string[];
  preset?: string;
  reset?: string[];
}

/**
 * `tunesmith settings`: a project's settings as they take effect here. First sections are reset,
 * then a preset is applied, then single settings; all of it is saved.
 */
export async function settings(
  context: Context,
  reference: string,
  options: SettingsOptions,
): Promise<void> {
  const { core, workspace, terminal } = context;
  const patch = parseSettings(options.set ?? []);
  checkRules(patch);
  const preset = options.preset === undefined ? undefined : requirePreset(options.preset);
  const reset = (options.reset ?? []).map(requireSection);
  const { slug } = await findProject(context, reference);
  for (const section of reset) await core.resetSection(workspace, slug, section);
  if (preset) await core.applyPreset(workspace, slug, preset.name);
  if (Object.keys(patch).length > 0) await core.updateProject(workspace, slug, patch);

  const project = await core.readProject(workspace, slug);
  const effective = await core.effectiveSettings(workspace, project);
  terminal.data({ project, effective });
  if (terminal.json) return;
  const marked = project.preset === null ? "" : `, preset ${project.preset}`;
  terminal.say(`${project.name} (${slug}) on ${project.model}${marked}`);
  for (const section of sections) {
    terminal.say();
    terminal.say(terminal.style("bold", section));
    terminal.say(sectionTable(project, effective, section, terminal.width));
  }
}

function requireSection(name: string): Section {
  const section = sections.find((known) => known === name);
  if (section) return section;
  throw new AppError("bad_request", {
    detail: `there is no section “${name}”; there are ${sections.join(", ")}`,
  });
}

function sectionTable(
  project: Project,
  effective: EffectiveSettings,
  section: Section,
  width: number,
): string {
  const stored = project[sectionKeys[section]];
  return renderTable(
    [{ title: "Key" }, { title: "Value", minimum: 20 }, { title: "From" }],
    registry[section].map(({ key }) => {
      const own = stored[key] !== undefined && stored[key] !== null;
      return [key, valueWords(effective[section][key] ?? null), own ? "this project" : "default"];
    }),
    width,
  );
}

const valueWords = (value: ParameterValue | null): string =>
  value === null ? "unset" : Array.isArray(value) ? JSON.stringify(value) : String(value);
