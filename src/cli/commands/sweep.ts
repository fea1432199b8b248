import { AppError } from "#contract/errors.ts";
import type { RankedTrial, Sweep } from "#contract/sweep.ts";
import { startAsking } from "#cli/ask-four-bit.ts";
import { commandName } from "#cli/command-name.ts";
import type { Context } from "#cli/context.ts";
import { findProject } from "#cli/find-project.ts";
import { decimal, localTime, percent, plural } from "#cli/output/format.ts";
import { renderTable } from "#cli/output/table.ts";
import { statusWords } from "#cli/run-view/words.ts";
import { parseGrid } from "#cli/settings/parse-grid.ts";

/** `tunesmith sweep`: queues runs that differ in settings. */
export async function sweep(
  context: Context,
  reference: string,
  options: { over?: string[]; earlyStop?: boolean; allow4bit?: boolean },
): Promise<void> {
  const { core, workspace, terminal } = context;
  const { slug } = await findProject(context, reference);
  if (!options.over?.length) {
    throw new AppError("bad_request", { detail: "write --over key=value,value at least once" });
  }
  const space = { grid: parseGrid(options.over) };
  const stopHopeless = options.earlyStop ?? true;
  const started = await startAsking(context, options.allow4bit, (allow4bit) =>
    core.startSweep(workspace, slug, space, { stopHopeless, allow4bit }),
  );
  terminal.data(started);
  if (terminal.json) return;
  terminal.say(
    `${plural(started.trials.length, "trial")} queued. They go on without this terminal.`,
  );
  terminal.say(`  ${commandName()} sweeps ${slug}    how they stand, the best first`);
}

/** `tunesmith sweeps`: a project's sweeps and how their trials rank. */
export async function sweeps(
  context: Context,
  reference: string,
  options: { cancel?: string },
): Promise<void> {
  const { core, workspace, terminal } = context;
  const { slug } = await findProject(context, reference);
  if (options.cancel !== undefined) await core.cancelSweep(workspace, slug, options.cancel);
  const all = await core.listSweeps(workspace, slug);
  const ranked = await Promise.all(
    all.map(async (one) => ({ sweep: one, ranking: await core.rankSweep(workspace, one) })),
  );
  terminal.data(ranked);
  if (terminal.json) return;
  if (all.length === 0) {
    terminal.say(`No sweeps yet. Start one with: ${commandName()} sweep ${slug} --over r=8,16`);
    return;
  }
  for (const { sweep: one, ranking } of ranked) showSweep(context, one, ranking);
}

function showSweep({ terminal }: Context, sweep: Sweep, ranking: readonly RankedTrial[]): void {
  terminal.say(terminal.style("bold", `Sweep ${sweep.id}, ${localTime(sweep.createdAt)}`));
  terminal.say(
    renderTable(
      [
        { title: "", align: "right" },
        { title: "Run" },
        { title: "Settings" },
        { title: "Held-out loss", align: "right" },
        { title: "Right", align: "right" },
        { title: "State" },
      ],
      ranking.map((trial) => [
        trial.rank === null ? "–" : `${trial.rank}.`,
        trial.number === null ? trial.run : `${sweep.project}/${trial.number}`,
        settingsWords(trial),
        decimal(trial.bestLoss),
        trial.exactMatch === null ? "–" : percent(trial.exactMatch),
        stateWords(trial),
      ]),
      terminal.width,
    ),
  );
  const best = ranking[0];
  if (best?.status === "finished" && best.number !== null && !best.exported) {
    terminal.say(
      `  ${commandName()} resume ${sweep.project}/${best.number}    make a model of the best`,
    );
  }
}

const settingsWords = ({ settings }: RankedTrial): string =>
  Object.values(settings)
    .flatMap((values) => Object.entries(values))
    .map(([key, value]) => `${key} ${value === null ? "default" : JSON.stringify(value)}`)
    .join(", ");

function stateWords({ status, hopeless, incomparable, exported }: RankedTrial): string {
  if (status === "missing") return "deleted";
  if (hopeless) return "stopped early: behind the others";
  if (incomparable) return `${statusWords[status]}; other held-out rows, not ranked`;
  return exported ? `${statusWords[status]}, exported` : statusWords[status];
}
