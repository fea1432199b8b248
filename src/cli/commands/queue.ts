import { AppError } from "#contract/errors.ts";
import type { RunReference } from "#core/api.ts";
import type { Context } from "#cli/context.ts";
import { findRun } from "#cli/find-run.ts";
import { localTime } from "#cli/output/format.ts";
import { renderTable } from "#cli/output/table.ts";
import { runName } from "#cli/run-view/follow.ts";

/** `tunesmith queue`: what runs and what waits, the next one first. */
export async function queue(context: Context): Promise<void> {
  const { core, workspace, terminal } = context;
  await core.keepGoing(workspace);
  const view = await core.readQueue(workspace);
  terminal.data(view);
  if (terminal.json) return;
  for (const run of view.running) terminal.say(`Running: ${runName(run)} (${run.name})`);
  if (view.waiting.length === 0) {
    terminal.say("Nothing waits.");
    return;
  }
  terminal.say(
    renderTable(
      [
        { title: "Place", align: "right" },
        { title: "Run" },
        { title: "Project" },
        { title: "Since" },
        { title: "" },
      ],
      view.waiting.map((run, index) => [
        String(index + 1),
        runName(run),
        run.name,
        run.queuedAt === null ? "–" : localTime(run.queuedAt),
        [run.held ? "held" : "", run.resumes ? "goes on" : ""].filter(Boolean).join(", "),
      ]),
      terminal.width,
    ),
  );
}

/** `tunesmith queue move|hold|release|remove <run>`, and the queue as it is then. */
export async function changeQueue(
  context: Context,
  reference: string,
  change: { position: number } | "hold" | "release" | "remove",
): Promise<void> {
  const { core, workspace } = context;
  const entry = await waitingRun(context, reference);
  if (change === "hold") await core.holdInQueue(workspace, entry, true);
  else if (change === "release") await core.releaseInQueue(workspace, entry);
  else if (change === "remove") await core.removeFromQueue(workspace, entry);
  else await core.moveInQueue(workspace, entry, change.position);
  await queue(context);
}

/** A project's name alone means its run that waits, not its newest. */
async function waitingRun(context: Context, reference: string): Promise<RunReference> {
  const { core, workspace } = context;
  const run = await findRun(context, reference);
  const waiting = await core.listQueue(workspace);
  if (waiting.some(({ slug, id }) => slug === run.slug && id === run.id)) return run;
  const [only, second] = waiting.filter(({ slug }) => slug === reference);
  if (only && !second) return only;
  throw new AppError("run_not_queued", { id: run.id });
}
