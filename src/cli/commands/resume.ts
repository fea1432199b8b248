import type { ResumeOptions } from "#core/api.ts";
import type { Context } from "#cli/context.ts";
import { findRun } from "#cli/find-run.ts";
import { watchRun, type TrainOptions } from "./train.ts";

/**
 * `tunesmith resume`: continues a run that failed or was stopped, or makes a model of a finished
 * trial of a sweep, and shows it to its end. Without a run named it is the newest that stands still,
 * and what broke off goes on by itself.
 */
export async function resume(
  context: Context,
  reference: string | undefined,
  options: Pick<TrainOptions, "detach" | "answers" | "seconds"> & ResumeOptions,
): Promise<number> {
  const { core, workspace } = context;
  const { slug, id } =
    reference === undefined ? await standingStill(context) : await findRun(context, reference);
  const before = await core.readRun(workspace, slug, id);
  if (before.spec.trial !== undefined && before.state.status === "finished") {
    const spec = await core.exportTrial(workspace, slug, id);
    return watchRun(context, spec, { ...options, fromSeq: before.state.seq });
  }
  // Before it could be taken up by itself with the settings that it had.
  if (options.learningRate !== undefined || options.allow4bit) {
    await core.resumeRun(workspace, slug, id, options);
    return watchRun(context, before.spec, { ...options, fromSeq: before.state.seq });
  }
  await core.recoverRuns(workspace);
  const { status } = (await core.readRun(workspace, slug, id)).state;
  // What broke off may wait already, or be under way: then there is only to watch.
  const takenUp = before.state.status === "interrupted" && ["queued", "running"].includes(status);
  if (!takenUp) await core.resumeRun(workspace, slug, id, options);
  else await core.startNext(workspace);
  return watchRun(context, before.spec, { ...options, fromSeq: before.state.seq });
}

/** The newest run that could go on; the newest of all where there is none, which says why not. */
async function standingStill(context: Context): Promise<{ slug: string; id: string }> {
  const { core, workspace } = context;
  const { projects } = await core.listProjects(workspace);
  const lists = await Promise.all(projects.map(({ slug }) => core.listRuns(workspace, slug)));
  const still = lists
    .flatMap(({ runs }) => runs)
    .filter(({ state }) => ["interrupted", "paused"].includes(state.status))
    .sort((a, b) => b.id.localeCompare(a.id));
  return still[0] ?? findRun(context, "latest");
}
