import type { Project } from "#contract/project.ts";
import type { RunSpec } from "#contract/run.ts";
import { startAsking } from "#cli/ask-four-bit.ts";
import { commandName } from "#cli/command-name.ts";
import type { Context } from "#cli/context.ts";
import { exitCodes } from "#cli/exit-codes.ts";
import { findProject } from "#cli/find-project.ts";
import { count, plural } from "#cli/output/format.ts";
import { bullet } from "#cli/output/wrap.ts";
import { bodySentence } from "#contract/body-sentence.ts";
import { exitCodeOf, followRun, runName } from "#cli/run-view/follow.ts";
import { printResult } from "#cli/run-view/result.ts";
import { runOverrides } from "#cli/settings/overrides.ts";
import { applySpec } from "#cli/spec-file/apply.ts";
import { looksLikeSpec, readSpec } from "#cli/spec-file/read.ts";
import type { Terminal } from "#cli/terminal.ts";

export interface TrainOptions {
  set?: string[];
  preset?: string;
  detach?: boolean;
  replaceData?: boolean;
  /** Consent to 4-bit loading where nothing else fits; without it a person is asked. */
  allow4bit?: boolean | undefined;
  answers?: number;
  seconds?: number;
  /** The run is frozen and queued. */
  onStart?: (run: { slug: string; id: string }) => void;
  /** Leaves the run as Ctrl-C does. */
  signal?: AbortSignal;
}

/** `tunesmith train`: starts a run of a project or a spec file and shows it to its end. */
export async function train(
  context: Context,
  target: string,
  options: TrainOptions,
): Promise<number> {
  const project = await projectOf(context, target, options);
  const overrides = runOverrides(project, options);
  const { core, workspace } = context;
  const spec = await startAsking(context, options.allow4bit, (allow4bit) =>
    core.startRun(workspace, project.slug, { overrides, allow4bit }),
  );
  return watchRun(context, spec, options);
}

/** Shows a started run: its plan and decisions, then its way, then its result. Returns the exit code. */
export async function watchRun(
  context: Context,
  spec: RunSpec,
  options: Omit<TrainOptions, "set" | "preset" | "replaceData"> & { fromSeq?: number },
): Promise<number> {
  const { terminal } = context;
  const run = { slug: spec.project.slug, number: spec.number, id: spec.id };
  terminal.data({ type: "run", run, spec });
  const known = printPlan(terminal, spec);
  options.onStart?.(run);
  if (options.detach) {
    printDetached(terminal, run);
    return exitCodes.ok;
  }
  const ended = await followRun(context, run, { ...options, known });
  if (ended === undefined) {
    terminal.data({ type: "detached", run });
    printDetached(terminal, run);
    return exitCodes.detached;
  }
  await printResult(context, ended, options.answers);
  return exitCodeOf(ended);
}

async function projectOf(
  context: Context,
  target: string,
  options: TrainOptions,
): Promise<Project> {
  if (!looksLikeSpec(target)) return findProject(context, target);
  const spec = await readSpec(target);
  const { project, created } = await applySpec(context, spec, options);
  context.terminal.say(`${created ? "Created" : "Updated"} the project “${project.name}”.`);
  return project;
}

/** Prints what was decided before training; returns the sentences, so that none is said twice. */
function printPlan(terminal: Terminal, spec: RunSpec): Set<string> {
  const { plan, data, model, device, precision } = spec;
  const { style } = terminal;
  terminal.say(
    style(
      "bold",
      `Run ${spec.project.slug}/${spec.number}: ${model.id} (${count(model.parameters)} parameters) on ${device.name}, ${precision.mode}`,
    ),
  );
  terminal.say(
    `  ${plural(data.trainRows, "row")} to learn from, ${plural(data.checkRows, "row")} held out · ${plural(plan.optimizerSteps, "step")} · ${count(plan.supervisedTokens)} of ${count(plan.tokens)} tokens are learned`,
  );
  const sentences = spec.decisions.map((decision) => bodySentence(decision, terminal.language));
  for (const sentence of sentences) terminal.say(bullet(terminal, style("dim", "•"), sentence));
  terminal.say();
  return new Set(sentences);
}

function printDetached(terminal: Terminal, run: { slug: string; number: number }): void {
  const name = runName(run);
  const command = commandName();
  terminal.say();
  terminal.say(`The run ${name} goes on without this terminal.`);
  terminal.say(`  ${command} logs -f ${name}    come back to it`);
  terminal.say(`  ${command} show ${name}       how far it is, and its result`);
  terminal.say(`  ${command} cancel ${name}     stop it; a checkpoint is kept`);
}
