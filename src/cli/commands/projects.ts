import type { Context } from "#cli/context.ts";
import { commandName } from "#cli/command-name.ts";
import { bytes, localTime } from "#cli/output/format.ts";
import { renderTable } from "#cli/output/table.ts";
import { bodySentence } from "#contract/body-sentence.ts";

/** `tunesmith projects`: every project of the workspace, the last changed first. */
export async function projects(context: Context): Promise<void> {
  const { core, workspace, terminal } = context;
  const list = await core.listProjects(workspace);
  terminal.data(list);
  for (const problem of list.problems) terminal.hint(bodySentence(problem, terminal.language));
  if (terminal.json) return;
  if (list.projects.length === 0) {
    terminal.say(`No projects yet. Make one with: ${commandName()} new <name> --data <file>`);
    return;
  }
  const sorted = [...list.projects].sort((a, b) => b.updatedAt.localeCompare(a.updatedAt));
  const columns = ["Project", "Name", "Model", "Data", "Changed"].map((title) => ({ title }));
  terminal.say(
    renderTable(
      columns,
      sorted.map(({ slug, name, model, data, updatedAt }) => [
        slug,
        name,
        model,
        data.map((file) => `${file.name} (${file.role}, ${bytes(file.bytes)})`).join("\n") ||
          "none",
        localTime(updatedAt),
      ]),
      terminal.width,
    ),
  );
}
