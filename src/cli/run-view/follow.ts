import type { RunView } from "#core/api.ts";
import type { Context } from "#cli/context.ts";
import { exitCodes } from "#cli/exit-codes.ts";
import { jsonReporter, type Reporter } from "./reporter.ts";

/** A run in the words that every command takes: "sky/3". */
export const runName = ({ slug, number }: { slug: string; number: number }): string =>
  `${slug}/${number}`;

/**
 * Shows a run's events until it ends. Ctrl-C stops the showing only: then the result is undefined
 * and the run goes on.
 */
export async function followRun(
  context: Context,
  { slug, id }: { slug: string; id: string },
  options: { fromSeq?: number; known?: Set<string>; seconds?: number } = {},
): Promise<RunView | undefined> {
  const { core, workspace } = context;
  const leave = new AbortController();
  const onInterrupt = () => leave.abort();
  // Not once(): the library that hides the cursor ends the process where no other listener is left.
  process.on("SIGINT", onInterrupt);
  const reporter = await reporterFor(context, options);
  try {
    const { fromSeq = 0 } = options;
    const events = core.followEvents(workspace, slug, id, { fromSeq, signal: leave.signal });
    for await (const event of events) reporter.event(event);
  } finally {
    process.removeListener("SIGINT", onInterrupt);
    reporter.end();
  }
  return leave.signal.aborted ? undefined : core.readRun(workspace, slug, id);
}

async function reporterFor(
  { terminal }: Context,
  options: { known?: Set<string>; seconds?: number },
): Promise<Reporter> {
  if (terminal.json) return jsonReporter(terminal);
  if (terminal.live) return (await import("./live-reporter.ts")).liveReporter(terminal, options);
  return (await import("./plain-reporter.ts")).plainReporter(terminal, options);
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
