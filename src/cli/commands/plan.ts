import { bodySentence } from "#contract/body-sentence.ts";
import type { Context } from "#cli/context.ts";
import { findProject } from "#cli/find-project.ts";
import { printMemory } from "#cli/output/memory.ts";
import { bullet } from "#cli/output/wrap.ts";
import { runOverrides } from "#cli/settings/overrides.ts";

/** `tunesmith plan`: every decision of a start and the memory it would need; nothing is started. */
export async function plan(
  context: Context,
  reference: string,
  options: { set?: string[]; preset?: string },
): Promise<void> {
  const { core, workspace, terminal } = context;
  const project = await findProject(context, reference);
  const overrides = runOverrides(project, options);
  const { spec, decisions, ledger } = await core.planRun(workspace, project.slug, overrides);
  terminal.data({ spec, decisions, ledger });
  for (const decision of decisions) {
    terminal.say(bullet(terminal, "•", bodySentence(decision, terminal.language)));
  }
  if (!spec.memory) return;
  terminal.say();
  printMemory(terminal, spec.memory);
}
