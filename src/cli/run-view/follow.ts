import type { RunDetail, RunView } from "#core/api.ts";
import type { Context } from "#cli/context.ts";
import { exitCodes } from "#cli/exit-codes.ts";
import { jsonReporter, type Reporter } from "./reporter.ts";

/** A run in the words that every command takes: "sky/3". */
export const runName = ({ slug, number }: { slug: string; number: number }): string =>
  `${slug}/${number}`;

export interface FollowOptions {
  fromSeq?: number | undefined;
  /** Decisions that were said before. */
  known?: Set<string>;
  /** Between two plain lines of progress. */
  seconds?: number | undefined;
  /** Leaves the run as Ctrl-C does. */
  signal?: AbortSignal | undefined;
}

/**
 * Shows a run's events until it ends. Ctrl-C stops the showing only: then the result is undefined
 * and the run goes on.
 */
export async function followRun(
  context: Context,
  { slug, id }: { slug: string; id: string },
  options: FollowOptions = {},
): Promise<RunDetail | undefined> {
  const { core, workspace } = context;
  const leave = new AbortController();
  const onInterrupt = () => leave.abort();
  // Not once(): the library that hides the cursor ends the process where no other listener is left.
  process.on("SIGINT", onInterrupt).on("SIGTERM", onInterrupt);
  const signal = AbortSignal.any([leave.signal, ...(options.signal ? [options.signal] : [])]);
  const reporter = await reporterFor(context, options);
  try {
    const { fromSeq = 0 } = options;
    const events = core.followEvents(workspace, slug, id, { fromSeq, signal });
    for await (const event of events) reporter.event(event);
  } finally {
    process.off("SIGINT", onInterrupt).off("SIGTERM", onInterrupt);
    reporter.end();
  }
  return signal.aborted ? undefined : core.readRun(workspace, slug, id);
}

async function reporterFor(
  { terminal }: Context,
  { known = new Set(), seconds = 5 }: FollowOptions,
): Promise<Reporter> {
  if (terminal.json) return jsonReporter(terminal);
  if (terminal.live) return (await import("./live-reporter.ts")).liveReporter(terminal, { known });
  return (await import("./plain-reporter.ts")).plainReporter(terminal, { known, seconds });
}

/** The exit code that a run's state means. */
export function exitCodeOf({ state }: Pick<RunView, "state">): number {
  switch (state.status) {
    case "finished":
    case "queued":
    case "running":
      return exitCodes.ok;
    case "failed":
      return exitCodes.failed;
    case "cancelled":
    case "paused":
    case "interrupted":
      return exitCodes.cancelled;
  }
}
