import type { Context } from "#cli/context.ts";
import { findRun } from "#cli/find-run.ts";
import { exitCodes } from "#cli/exit-codes.ts";
import { exitCodeOf, followRun } from "#cli/run-view/follow.ts";
import { jsonReporter } from "#cli/run-view/reporter.ts";
import { plainReporter } from "#cli/run-view/plain-reporter.ts";
import { printResult } from "#cli/run-view/result.ts";
import { printable } from "#cli/terminal.ts";

const pollMs = 500;

/**
 * `tunesmith logs`: what a run did so far; with `follow` until it ends, and then its result, or
 * until Ctrl-C. `worker` shows what the libraries printed instead.
 */
export async function logs(
  context: Context,
  reference: string,
  options: { follow?: boolean; worker?: boolean; seconds?: number },
): Promise<number> {
  const { core, workspace, terminal } = context;
  const run = await findRun(context, reference);
  if (options.worker) {
    await workerLog(context, run, options.follow ?? false);
    return exitCodes.ok;
  }
  if (options.follow) {
    const ended = await followRun(context, run, options);
    if (ended === undefined) return exitCodes.detached;
    await printResult(context, ended);
    return exitCodeOf(ended);
  }
  const { state } = await core.readRun(workspace, run.slug, run.id);
  const reporter = terminal.json ? jsonReporter(terminal) : plainReporter(terminal, options);
  if (state.seq > 0) {
    for await (const event of core.followEvents(workspace, run.slug, run.id)) {
      reporter.event(event);
      if (event.seq >= state.seq) break;
    }
  }
  reporter.end();
  return exitCodes.ok;
}

/** Prints worker.log's end and, with `follow`, what is added while the run goes on. */
async function workerLog(
  { core, workspace, terminal }: Context,
  run: { slug: string; id: string },
  follow: boolean,
): Promise<void> {
  let shown: number | undefined;
  for (;;) {
    // The state is read first: what is written before a run's end must not be missed.
    const { state } = await core.readRun(workspace, run.slug, run.id);
    const log = await core.readLog(workspace, run.slug, run.id);
    const added = shown === undefined ? log.text : tail(log.text, log.bytes - shown);
    shown = log.bytes;
    if (added !== "") {
      terminal.data({ type: "worker", text: added });
      terminal.say(printable(added).replace(/\n$/, ""));
    }
    if (!follow || (state.status !== "running" && state.status !== "queued")) return;
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
}

/** The last `size` bytes of a text. */
const tail = (text: string, size: number): string =>
  size <= 0 ? "" : Buffer.from(text).subarray(-size).toString();
