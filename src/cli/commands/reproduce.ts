import type { RunReference } from "#core/api.ts";
import type { Context } from "#cli/context.ts";
import { exitCodes } from "#cli/exit-codes.ts";
import { findRun } from "#cli/find-run.ts";
import { checksTable } from "#cli/output/checks.ts";
import { runName } from "#cli/run-view/follow.ts";
import { watchRun, type TrainOptions } from "./train.ts";

/** `tunesmith reproduce`: does a run again from its frozen parts, and compares what comes out. */
export async function reproduce(
  context: Context,
  reference: string,
  options: Pick<TrainOptions, "detach" | "answers" | "seconds">,
): Promise<number> {
  const { core, workspace, terminal } = context;
  const { slug, id } = await findRun(context, reference);
  const spec = await core.reproduceRun(workspace, slug, id);
  const again = { slug, id: spec.id };
  terminal.say(`Reproducing run ${reference} as ${runName({ slug, number: spec.number })}.`);
  const code = await watchRun(context, spec, { answers: 0, ...options });
  if (code !== exitCodes.ok || options.detach) return code;
  return (await sayReproduction(context, again)) ? exitCodes.ok : exitCodes.failed;
}

/** Says whether a reproduction came out equal, and else what differed. */
export async function sayReproduction(
  { core, workspace, terminal }: Context,
  { slug, id }: RunReference,
): Promise<boolean> {
  const result = await core.compareReproduction(workspace, slug, id);
  terminal.data({ type: "reproduction", ...result });
  const { equal, outputs, differences, of } = result;
  const name = runName({ slug: of.project, number: of.number });
  terminal.say();
  terminal.say(
    equal
      ? terminal.style("green", `Reproduced: the adapter is that of ${name}, bit for bit.`)
      : terminal.style("red", `Not reproduced: the adapter is not that of ${name}.`),
  );
  const wrong = [...outputs.filter(({ state }) => state !== "equal"), ...differences];
  if (wrong.length > 0) terminal.say(checksTable(terminal, wrong));
  else terminal.say("Everything else that it made is the same, too.");
  return equal;
}
