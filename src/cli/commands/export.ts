import { resolve } from "node:path";
import { AppError } from "#contract/errors.ts";
import { nearest } from "#contract/parameters/nearest.ts";
import type { ExportPart } from "#core/api.ts";
import type { Context } from "#cli/context.ts";
import { findRun } from "#cli/find-run.ts";
import { runName } from "#cli/run-view/follow.ts";

const parts: readonly ExportPart[] = ["gguf", "modelfile", "adapter", "merged", "report"];

/** `tunesmith export`: copies what a run made to a folder. */
export async function exportFiles(
  context: Context,
  reference: string,
  folder: string | undefined,
  options: { what?: string[]; all?: boolean },
): Promise<void> {
  const { core, workspace, terminal } = context;
  const what = options.all ? [...parts] : options.what?.flatMap(readParts);
  const { slug, id } = await findRun(context, reference);
  const { number } = await core.readRun(workspace, slug, id);
  const target = resolve(folder ?? `${slug}-${number}`);
  const files = await core.exportRun(workspace, slug, id, {
    folder: target,
    ...(what && { what }),
  });
  terminal.say(`Copied from run ${runName({ slug, number })}:`);
  for (const file of files) terminal.say(`  ${file}`);
  terminal.data({ run: { slug, id, number }, folder: target, files });
}

/** "gguf,adapter" as parts. Errors: bad_request with the nearest part. */
function readParts(list: string): ExportPart[] {
  return list.split(",").map((item) => {
    const name = item.trim().toLowerCase();
    const part = parts.find((known) => known === name);
    if (part) return part;
    const near = nearest(name, parts);
    throw new AppError("bad_request", {
      detail: `there is no part “${item}” to export${near ? `; did you mean “${near}”?` : ""} (${parts.join(", ")})`,
    });
  });
}
