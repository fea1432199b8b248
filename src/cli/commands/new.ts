import { resolve } from "node:path";
import { AppError } from "#contract/errors.ts";
import { checkRules } from "#contract/parameters/rules.ts";
import type { Context } from "#cli/context.ts";
import { commandName } from "#cli/command-name.ts";
import { requireFiles } from "#cli/require-files.ts";
import { requirePreset } from "#cli/settings/overrides.ts";
import { parseSettings } from "#cli/settings/parse-setting.ts";
import { plannedFiles } from "#cli/spec-file/apply.ts";

export interface NewOptions {
  model?: string;
  data?: string[];
  check?: string[];
  preset?: string;
  set?: string[];
  target?: string;
  description?: string;
}

/** `tunesmith new`: creates a project with its data and settings. */
export async function newProject(
  context: Context,
  name: string,
  options: NewOptions,
): Promise<void> {
  const { core, workspace, terminal } = context;
  if (name.trim() === "") throw new AppError("project_name_required");
  // Everything is looked at before anything is made.
  const settings = parseSettings(options.set ?? []);
  checkRules(settings);
  const preset = options.preset === undefined ? undefined : requirePreset(options.preset);
  const absolute = (paths: string[] | undefined) => paths?.map((path) => resolve(path)) ?? [];
  const files = plannedFiles({ data: absolute(options.data), check: absolute(options.check) });
  await requireFiles(files.map(({ path }) => path));

  const { slug } = await core.createProject(workspace, {
    name,
    ...(options.model !== undefined && { model: modelOf(options.model) }),
    ...(options.target !== undefined && { targetName: options.target }),
    ...(options.description !== undefined && { description: options.description }),
  });
  if (preset) await core.applyPreset(workspace, slug, preset.name);
  if (Object.keys(settings).length > 0) await core.updateProject(workspace, slug, settings);
  for (const file of files) await core.addDataFile(workspace, slug, file);

  const project = await core.readProject(workspace, slug);
  const ledger = files.length > 0 ? await core.checkData(workspace, slug) : undefined;
  terminal.data({ project, ledger: ledger ?? null });
  if (terminal.json) return;
  terminal.say(`Created the project “${project.name}” (${slug}) on the model ${project.model}.`);
  if (ledger) {
    const { printLedger } = await import("#cli/output/ledger.ts");
    printLedger(terminal, ledger);
    terminal.say(`Train it with: ${commandName()} train ${slug}`);
  } else {
    terminal.say(
      `Write a spec file to train it (${commandName()} train --help), or add examples on the page.`,
    );
  }
}

/** A path becomes absolute; any other name stays. */
const modelOf = (model: string): string =>
  /^(\.{1,2}|~)([/\\]|$)/.test(model) ? resolve(model) : model;
