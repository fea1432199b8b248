import type { Context } from "#cli/context.ts";
import { findRun } from "#cli/find-run.ts";
import { watchRun, type TrainOptions } from "./train.ts";

/** `tunesmith resume`: continues a run that failed or was stopped, and shows it to its end. */
export async function resume(
  context: Context,
  reference: string,
  options: Pick<TrainOptions, "detach" | "answers" | "seconds">,
): Promise<number> {
  const { core, workspace } = context;
  const { slug, id } = await findRun(context, reference);
  const before = await core.readRun(workspace, slug, id);
  const spec = await core.resumeRun(workspace, slug, id);
  return watchRun(context, spec, { ...options, fromSeq: before.state.seq });
}
