import type { Project } from "#contract/project.ts";
import type { RunView } from "#core/api.ts";
import type { Context } from "#cli/context.ts";
import { commandName } from "#cli/command-name.ts";
import { findProject } from "#cli/find-project.ts";
import { count, decimal, localTime, percent } from "#cli/output/format.ts";
import { renderTable } from "#cli/output/table.ts";
import { bodySentence } from "#contract/body-sentence.ts";
import { runName } from "#cli/run-view/follow.ts";
import { statusWords } from "#cli/run-view/words.ts";

/** `tunesmith runs`: the runs of one project, or of all, newest first. */
export async function runs(context: Context, reference: string | undefined): Promise<void> {
  const { core, workspace, terminal } = context;
  const projects: Pick<Project, "slug">[] =
    reference === undefined
      ? (await core.listProjects(workspace)).projects
      : [await findProject(context, reference)];
  const lists = await Promise.all(projects.map(({ slug }) => core.listRuns(workspace, slug)));
  const all = lists
    .flatMap((list) => list.runs)
    .sort((a, b) => b.spec.createdAt.localeCompare(a.spec.createdAt));
  for (const problem of lists.flatMap((list) => list.problems)) {
    terminal.hint(bodySentence(problem, terminal.language));
  }
  terminal.data(all.map(runSummary));
  if (terminal.json) return;
  if (all.length === 0) {
    terminal.say(`No runs yet. Start one with: ${commandName()} train <project or spec file>`);
    return;
  }
  terminal.say(runsTable(all, terminal.width));
}

/** What programs get of a run in a list. */
function runSummary({ slug, id, number, spec, state }: RunView): Record<string, unknown> {
  const { status, step, totalSteps, loss, heldOutLoss, verdict, scores, startedAt, endedAt } =
    state;
  return {
    slug,
    id,
    number,
    status,
    createdAt: spec.createdAt,
    startedAt,
    endedAt,
    model: spec.model.id,
    step,
    totalSteps,
    loss,
    heldOutLoss,
    verdict,
    scores,
  };
}

function runsTable(list: readonly RunView[], width: number): string {
  return renderTable(
    [
      { title: "Run" },
      { title: "Started" },
      { title: "State" },
      { title: "Model" },
      { title: "Steps", align: "right" },
      { title: "Held-out loss", align: "right" },
      { title: "Score" },
      { title: "Verdict" },
    ],
    list.map((run) => [
      runName(run),
      localTime(run.spec.createdAt),
      statusWords[run.state.status],
      run.spec.model.id,
      `${count(run.state.step)}/${count(run.state.totalSteps || run.spec.plan.optimizerSteps)}`,
      decimal(run.state.heldOutLoss),
      scoreWords(run),
      run.state.verdict?.replace("_", " ") ?? "–",
    ]),
    width,
  );
}

function scoreWords({ state }: RunView): string {
  const before = state.scores?.base?.exactMatch;
  const after = state.scores?.tuned?.exactMatch;
  return before === undefined || after === undefined
    ? "–"
    : `${percent(before)} → ${percent(after)}`;
}
