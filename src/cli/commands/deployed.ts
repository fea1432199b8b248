import { AppError } from "#contract/errors.ts";
import { findOllama } from "#core/deploy/find.ts";
import { managedModels, removeManaged, type ManagedModel } from "#core/deploy/manage.ts";
import { readSettings } from "#core/settings.ts";
import { askYes, canAsk } from "#cli/ask-yes.ts";
import { commandName } from "#cli/command-name.ts";
import type { Context } from "#cli/context.ts";
import { exitCodes } from "#cli/exit-codes.ts";
import { bytes, localTime } from "#cli/output/format.ts";
import { renderTable } from "#cli/output/table.ts";

/** The Ollama of the settings. Errors: ollama_not_running and its like. */
async function openOllama({ workspace }: Context): ReturnType<typeof findOllama> {
  return findOllama({ setting: (await readSettings(workspace)).ollamaAddress });
}

/** `tunesmith deployed`: what Tunesmith put into Ollama, and the runs it came from. */
export async function deployed(context: Context): Promise<void> {
  const { terminal, workspace } = context;
  const ollama = await openOllama(context);
  const list = await managedModels(workspace.home, ollama);
  terminal.data({ ollama, models: list });
  if (terminal.json) return;
  if (list.length === 0) {
    terminal.say(
      `Ollama ${ollama.version} has no model from here. Bring one: ${commandName()} deploy <run>`,
    );
    return;
  }
  const columns = ["Model", "Run", "Format", "Size", "State", "Proven"];
  terminal.say(
    renderTable(
      columns.map((title) => ({ title })),
      list.map(modelRow),
      terminal.width,
    ),
  );
}

const states: Record<ManagedModel["state"], string> = {
  present: "there",
  replaced: "replaced by another",
  gone: "no longer there",
};

const modelRow = (model: ManagedModel): string[] => [
  model.name,
  `${model.project}, ${model.run}`,
  model.format,
  model.size === null ? "–" : bytes(model.size),
  states[model.state],
  `${localTime(model.deployedAt)}, Ollama ${model.ollamaVersion}`,
];

/** `tunesmith remove`: takes one of our models out of Ollama, after asking. The run stays. */
export async function removeModel(
  context: Context,
  name: string,
  options: { yes?: boolean },
): Promise<number> {
  const { terminal, workspace } = context;
  const ollama = await openOllama(context);
  if (!options.yes && !(await confirm(context, name))) {
    terminal.say("Nothing was removed.");
    return exitCodes.cancelled;
  }
  const outcome = await removeManaged(workspace.home, ollama, name);
  terminal.data({ name, outcome });
  terminal.say(
    outcome === "removed"
      ? `${name} is removed from Ollama. Its run is kept and can be deployed again.`
      : `${name} was not ours any more; it is only taken off the list.`,
  );
  return exitCodes.ok;
}

/** Errors: bad_request where nobody can be asked. */
async function confirm({ terminal }: Context, name: string): Promise<boolean> {
  if (!canAsk(terminal)) {
    throw new AppError("bad_request", {
      detail: `say --yes to remove “${name}” without a question`,
    });
  }
  return askYes(`Remove ${name} from Ollama?`);
}
