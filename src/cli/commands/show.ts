import type { RunView } from "#core/api.ts";
import type { Context } from "#cli/context.ts";
import { findRun } from "#cli/find-run.ts";
import { decimal, duration, localTime, percent, plural } from "#cli/output/format.ts";
import { bullet } from "#cli/output/wrap.ts";
import { printProof, readProof } from "#cli/output/proof.ts";
import { bodySentence } from "#contract/body-sentence.ts";
import { runName } from "#cli/run-view/follow.ts";
import { printReport, resultData } from "#cli/run-view/result.ts";
import { drawLosses } from "#cli/run-view/live-view.ts";
import { stageTitles, statusWords } from "#cli/run-view/words.ts";
import type { Terminal } from "#cli/terminal.ts";

/** `tunesmith show`: where a run stands: stages, decisions, curve, score, files. */
export async function show(
  context: Context,
  reference: string,
  options: { answers?: boolean },
): Promise<void> {
  const { core, workspace, terminal } = context;
  const { slug, id } = await findRun(context, reference);
  const run = await core.readRun(workspace, slug, id);
  const files = await core.runFiles(workspace, slug, id);
  const { points: curve } = await core.readCurve(workspace, slug, id);
  const { spec, state } = run;
  const proof = await readProof(files.folder);
  terminal.data({ ...resultData(run, files), proof: proof ?? null, spec, state, curve });
  if (terminal.json) return;

  printHead(terminal, run);
  for (const decision of state.decisions.length > 0 ? state.decisions : spec.decisions) {
    terminal.say(
      bullet(terminal, terminal.style("dim", "•"), bodySentence(decision, terminal.language)),
    );
  }
  for (const warning of state.warnings) {
    terminal.say(terminal.style("yellow", `  ! ${bodySentence(warning, terminal.language)}`));
  }
  terminal.say();
  printStages(terminal, run);
  const losses = curve.flatMap(({ loss }) => (loss === null ? [] : [loss]));
  if (losses.length > 1) terminal.say(`  ${drawLosses(losses, terminal)}`);
  if (state.heldOutLoss !== null) terminal.say(`  held-out loss ${decimal(state.heldOutLoss)}`);
  if (run.report) {
    printReport(terminal, run.report, options.answers ? run.report.answers.length : 3, run);
  }
  if (proof) {
    terminal.say();
    printProof(terminal, proof);
  }
  terminal.say();
  for (const [name, path] of Object.entries(files)) {
    if (path !== undefined) terminal.say(`${`${name}:`.padEnd(11)} ${path}`);
  }
}

function printHead(terminal: Terminal, { spec, state, slug, number }: RunView): void {
  const { style } = terminal;
  const seconds =
    state.startedAt === null
      ? ""
      : `, ${duration((Date.parse(state.endedAt ?? new Date().toISOString()) - Date.parse(state.startedAt)) / 1000)}`;
  terminal.say(
    `${style("bold", `Run ${runName({ slug, number })}`)} (${spec.id}) is ${style("bold", statusWords[state.status])}${seconds}`,
  );
  if (state.error) terminal.say(style("red", bodySentence(state.error, terminal.language)));
  terminal.say(
    `${spec.project.name} · ${spec.model.id} · ${spec.device.name} · ${spec.precision.mode} · ${localTime(spec.createdAt)}`,
  );
  terminal.say(
    `${plural(spec.data.trainRows, "row")}, ${plural(spec.data.checkRows, "row")} held out · ${state.step} of ${plural(state.totalSteps || spec.plan.optimizerSteps, "step")}`,
  );
}

const marks = { waiting: " ", running: "▸", finished: "✔", skipped: "–", failed: "✘" } as const;

function printStages(terminal: Terminal, { state }: RunView): void {
  for (const stage of state.stages) {
    const share =
      stage.status === "running" && stage.done !== null && stage.total
        ? percent(Math.floor((stage.done / stage.total) * 100) / 100)
        : "";
    const after = stage.seconds === null ? share : duration(stage.seconds);
    const reason = stage.reason ? `  ${bodySentence(stage.reason, terminal.language)}` : "";
    terminal.say(
      `${marks[stage.status]} ${stageTitles[stage.stage].padEnd(24)} ${terminal.style("dim", after)}${reason}`.trimEnd(),
    );
  }
}
