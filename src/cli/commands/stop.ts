import type { Wish } from "#contract/events.ts";
import type { Context } from "#cli/context.ts";
import { findRun } from "#cli/find-run.ts";
import { exitCodes } from "#cli/exit-codes.ts";
import { commandName } from "#cli/command-name.ts";
import { runName } from "#cli/run-view/follow.ts";
import { statusWords } from "#cli/run-view/words.ts";

/**
 * `tunesmith cancel` and `pause`: asks a run to stop at its next safe point and waits until it has.
 * A run that ended by itself meanwhile is no error.
 */
export async function stop(
  context: Context,
  reference: string,
  wish: Exclude<Wish, "restart">,
  options: { wait?: boolean },
): Promise<number> {
  const { core, workspace, terminal } = context;
  const { slug, id } = await findRun(context, reference);
  const { number, state: before } = await core.readRun(workspace, slug, id);
  const name = runName({ slug, number });
  await (wish === "cancel" ? core.cancelRun : core.pauseRun)(workspace, slug, id);
  if (options.wait === false) {
    terminal.say(`Run ${name} stops at its next safe point.`);
    terminal.data({ run: { slug, id, number }, status: before.status, wish });
    return exitCodes.ok;
  }
  terminal.say(`Run ${name} stops at its next safe point …`);
  const events = core.followEvents(workspace, slug, id, { fromSeq: before.seq });
  let last = await events.next();
  while (!last.done) last = await events.next();
  const { state } = await core.readRun(workspace, slug, id);
  terminal.say(`Run ${name} is ${statusWords[state.status]}.`);
  const resume = `${commandName()} resume ${name}`;
  if (state.lastCheckpoint !== null && state.status !== "finished") {
    terminal.say(`The checkpoint at step ${state.lastCheckpoint} is kept; go on with: ${resume}`);
  } else if (state.status === "paused") terminal.say(`Go on with: ${resume}`);
  terminal.data({ run: { slug, id, number }, status: state.status, step: state.step });
  return exitCodes.ok;
}

/** `tunesmith restart`: ends the trainer, which may be stalled; it starts from the last checkpoint. */
export async function restart(context: Context, reference: string): Promise<void> {
  const { core, workspace, terminal } = context;
  const { slug, id } = await findRun(context, reference);
  const { number } = await core.readRun(workspace, slug, id);
  await core.restartRun(workspace, slug, id);
  const name = runName({ slug, number });
  terminal.say(`Run ${name} starts anew from its last checkpoint.`);
  terminal.say(`  ${commandName()} logs -f ${name}    watch it`);
  terminal.data({ run: { slug, id, number }, wish: "restart" });
}
