import type { Verification } from "#contract/passport.ts";
import type { Context } from "#cli/context.ts";
import { exitCodes } from "#cli/exit-codes.ts";
import { findRun } from "#cli/find-run.ts";
import { checksTable } from "#cli/output/checks.ts";
import { bytes, plural } from "#cli/output/format.ts";
import { progressLine } from "#cli/output/progress-line.ts";
import { runName } from "#cli/run-view/follow.ts";
import type { Terminal } from "#cli/terminal.ts";
import { sayReproduction } from "./reproduce.ts";

/** `tunesmith verify`: holds every hash of a run's passport against what is there now. */
export async function verify(
  context: Context,
  reference: string,
  options: { all?: boolean },
): Promise<number> {
  const { core, workspace, terminal } = context;
  const { slug, id } = await findRun(context, reference);
  const line = progressLine(terminal, terminal.hint);
  let result: Verification;
  try {
    result = await core.verifyRun(workspace, slug, id, {
      onProgress: ({ name, done, total }) =>
        line.show("verify", `Hashing ${name}: ${bytes(done)} of ${bytes(total)}`),
    });
  } finally {
    line.end();
  }
  const origin = await core.originOf((await core.runFiles(workspace, slug, id)).folder);
  terminal.data({ ...result, reproduces: origin ?? null });
  sayVerification(terminal, result, options.all ?? false);
  // Where the first one is gone, this one is still what its own passport says.
  const first =
    origin && (await core.readRun(workspace, origin.project, origin.id).catch(() => null));
  if (first && result.sealed) await sayReproduction(context, { slug, id });
  return result.equal ? exitCodes.ok : exitCodes.failed;
}

function sayVerification(terminal: Terminal, result: Verification, all: boolean): void {
  const { run, checks, equal, sealed } = result;
  const name = runName({ slug: run.project, number: run.number });
  const own = checks.filter(({ kind }) => kind === "frozen" || kind === "output");
  const wrong = checks.filter(({ state }) => state !== "equal");
  const faults = own.filter(({ state }) => state !== "equal");
  terminal.say(
    equal
      ? terminal.style(
          "green",
          `Run ${name} is equal to its passport: ${plural(own.length, "hash", "hashes")} checked.`,
        )
      : terminal.style(
          "red",
          `Run ${name} is not what its passport says: ${plural(faults.length, "hash differs", "hashes differ")}.`,
        ),
  );
  if (!sealed) terminal.say("It has no seal of its end yet: what it made is known only in part.");
  const shown = all ? checks : wrong;
  if (shown.length > 0) terminal.say(checksTable(terminal, shown));
  if (equal && wrong.length > 0) {
    terminal.say("What differs lies outside of the run; reproducing it may come out otherwise.");
  }
}
