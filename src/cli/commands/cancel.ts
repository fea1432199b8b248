import type { Context } from "#cli/context.ts";
import { findRun } from "#cli/find-run.ts";
import { exitCodes } from "#cli/exit-codes.ts";
import { commandName } from "#cli/command-name.ts";
import { runName } from "#cli/run-view/follow.ts";
import { statusWords } from "#cli/run-view/words.ts";

/**
 * `tunesmith cancel`: asks a run to stop at its next safe point and waits until it has. A run that
 * ended by itself meanwhile is no error.
 */
export async function cancel(
  context: Context,
  reference: string,
  options: { wait?: boolean },
): Promise<number> {
  const { core, workspace, terminal } = context;
  const { slug, id } = await findRun(context, reference);
  const { number, state: before } = await core.readRun(workspace, slug, id);
  const name = runName({ slug, number });
  await core.cancelRun(workspace, slug, id);
  if (options.wait === false) {
    terminal.say(`Run ${name} stops at its next safe point.`);
    terminal.data({ run: { slug, id, number }, status: before.status, wish: "cancel" });
    return exitCodes.ok;
  }
  terminal.say(`Run ${name} stops at its next safe point …`);
  const events = core.followEvents(workspace, slug, id, { fromSeq: before.seq });
  let last = await events.next();
  while (!last.done) last = await events.next();
  const { state } = await core.readRun(workspace, slug, id);
  terminal.say(`Run ${name} is ${statusWords[state.status]}.`);
  if (state.status === "cancelled" && state.lastCheckpoint !== null) {
    terminal.say(
      `The checkpoint at step ${state.lastCheckpoint} is kept; go on with: ${commandName()} resume ${name}`,
    );
  }
  terminal.data({ run: { slug, id, number }, status: state.status, step: state.step });
  return exitCodes.ok;
}
