import { connectHub } from "#core/hub/connect.ts";
import { downloadSplit, listDataset } from "#core/hub/dataset.ts";
import { shortPatience } from "#core/hub/request.ts";
import { commandName } from "#cli/command-name.ts";
import type { Context } from "#cli/context.ts";
import { exitCodes } from "#cli/exit-codes.ts";
import { findProject } from "#cli/find-project.ts";
import { modelWords } from "#cli/output/model-words.ts";
import { renderTable } from "#cli/output/table.ts";
import { printable } from "#cli/terminal.ts";
import { showDownload } from "./download.ts";

export interface DatasetOptions {
  subset: string;
  split: string;
  asCheck?: boolean;
}

/** `tunesmith dataset`: the splits of a dataset on the hub; with a project, one of them into it. */
export async function dataset(
  context: Context,
  id: string,
  reference: string | undefined,
  { subset, split, asCheck = false }: DatasetOptions,
): Promise<number> {
  const { terminal, workspace } = context;
  const words = modelWords[terminal.language];
  if (reference === undefined) {
    const splits = await listDataset(await connectHub(workspace, shortPatience), id);
    terminal.data({ id, splits });
    const rows = splits.map((one) => [
      printable(one.config),
      printable(one.split),
      String(one.files.length),
    ]);
    const columns = [words.subset, words.split, words.files].map((title) => ({ title }));
    terminal.say(renderTable(columns, rows, terminal.width));
    return exitCodes.ok;
  }
  const { slug, name } = await findProject(context, reference);
  const wanted = { id, config: subset, split, role: asCheck ? "check" : "train" } as const;
  const again = `dataset ${id} ${slug} --subset ${subset} --split ${split}`;
  return showDownload(context, { id, again }, async (options) => {
    const files = await downloadSplit(workspace, slug, wanted, options);
    return () => {
      terminal.data({ type: "finished", id, files });
      terminal.say(words.added(files.map((file) => file.name).join(", "), name));
      terminal.hint(`${commandName()} check ${slug}`);
    };
  });
}
