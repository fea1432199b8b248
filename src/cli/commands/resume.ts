import type { Context } from "#cli/context.ts";
import { findRun } from "#cli/find-run.ts";
import { watchRun, type TrainOptions } from "./train.ts";

/**
 * `tunesmith resume`: continues a run that failed or was stopped, or makes a model of a finished
 * trial of a sweep, and shows it to its end.
 */
export async function resume(
  context: Context,
  reference: string,
  options: Pick<TrainOptions, "detach" | "answers" | "seconds">,
): Promise<number> {
  const { core, workspace } = context;
  const { slug, id } = await findRun(context, reference);
  const before = await core.readRun(workspace, slug, id);
  const trained = before.spec.trial !== undefined && before.state.status === "finished";
  const spec = await (trained ? core.exportTrial : core.resumeRun)(workspace, slug, id);
  return watchRun(context, spec, { ...options, fromSeq: before.state.seq });
}
