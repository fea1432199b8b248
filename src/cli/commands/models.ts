import { connectHub } from "#core/hub/connect.ts";
import { shortPatience } from "#core/hub/request.ts";
import { searchModels } from "#core/hub/search.ts";
import { listModels, type ListedModel } from "#core/models/list-models.ts";
import type { Context } from "#cli/context.ts";
import { findProject } from "#cli/find-project.ts";
import { bytes } from "#cli/output/format.ts";
import { modelWords } from "#cli/output/model-words.ts";
import { renderTable } from "#cli/output/table.ts";
import { printable } from "#cli/terminal.ts";

/** `tunesmith models`: starter, catalogue and downloads, with what each would need here. */
export async function models(context: Context, options: { project?: string }): Promise<void> {
  const { terminal, workspace, core } = context;
  const words = modelWords[terminal.language];
  const { project: reference } = options;
  const project =
    reference === undefined
      ? undefined
      : await core.readProject(workspace, (await findProject(context, reference)).slug);
  const list = await listModels(workspace, project);
  terminal.data(list);
  if (terminal.json) return;
  const state = ({ local }: ListedModel): string => {
    if (local.state !== "partial") return local.state === "ready" ? words.here : "";
    return words.part(bytes(local.doneBytes), bytes(local.totalBytes));
  };
  terminal.say(
    renderTable(
      [words.model, words.download, words.licence, words.languages, words.needs, words.state].map(
        (title) => ({ title }),
      ),
      list.models.map((model) => [
        model.id + (model.recommended ? ` (${words.recommended})` : ""),
        model.entry ? bytes(model.entry.downloadBytes) : "–",
        (model.entry?.licence ?? "–") + (model.entry?.gated ? `, ${words.gated}` : ""),
        model.entry ? languages(model.entry) : "–",
        model.need ? `${bytes(model.need.peakBytes)}, ${words[model.need.verdict]}` : "–",
        state(model),
      ]),
      terminal.width,
    ),
  );
  const { maxLength, fourBit, rank } = list.settings;
  terminal.say(words.basis(maxLength, fourBit, rank, bytes(list.device.freeBytes)));
}

const languages = (entry: { languages: readonly string[]; languageCount: number }): string =>
  entry.languageCount > entry.languages.length
    ? `${entry.languageCount}`
    : entry.languages.join(" ");

/** `tunesmith models search`: one request to the hub. */
export async function searchHub(context: Context, query: string): Promise<void> {
  const { terminal, workspace } = context;
  const words = modelWords[terminal.language];
  const found = await searchModels(await connectHub(workspace, shortPatience), query);
  terminal.data(found);
  if (terminal.json) return;
  if (found.models.length === 0) terminal.say(words.nothing(query));
  else {
    terminal.say(
      renderTable(
        [words.model, words.download, words.licence, words.family].map((title) => ({ title })),
        found.models.map((model) => [
          printable(model.id),
          model.downloadBytes === undefined ? "–" : bytes(model.downloadBytes),
          printable(model.licence ?? "–") + (model.gated ? `, ${words.gated}` : ""),
          printable(model.family ?? "–") + (model.supported ? "" : ` (${words.untested})`),
        ]),
        terminal.width,
      ),
    );
  }
  if (found.leftOut > 0) terminal.hint(words.leftOut(found.leftOut));
}
