import { AppError } from "#contract/errors.ts";
import type { DeployProgress, DeployStep } from "#core/deploy/candidate.ts";
import { deploy } from "#core/deploy/deploy.ts";
import { proofError } from "#core/deploy/proof-error.ts";
import { readSettings } from "#core/settings.ts";
import { splitTexts } from "#core/trainer/split-texts.ts";
import type { Context } from "#cli/context.ts";
import { findRun } from "#cli/find-run.ts";
import { bytes, count } from "#cli/output/format.ts";
import { progressLine } from "#cli/output/progress-line.ts";
import { printProof } from "#cli/output/proof.ts";
import { runName } from "#cli/run-view/follow.ts";

export interface DeployOptions {
  name?: string;
  replace?: boolean;
}

/**
 * `tunesmith deploy`: brings a run's model into Ollama and proves it there.
 * Errors: run_active, run_not_finished, and what Ollama, the name or the proof have against it.
 */
export async function deployRun(
  context: Context,
  reference: string,
  options: DeployOptions,
): Promise<void> {
  const { core, workspace, terminal } = context;
  const { slug, id } = await findRun(context, reference);
  const { number, spec, state } = await core.readRun(workspace, slug, id);
  // Its own last stages deploy it.
  if (state.status === "running") throw new AppError("run_active", { id });
  const { folder, gguf } = await core.runFiles(workspace, slug, id);
  if (!gguf) throw new AppError("run_not_finished", { id, status: state.status });

  const { ollamaAddress } = await readSettings(workspace);
  const stop = new AbortController();
  const abort = () => stop.abort();
  process.on("SIGINT", abort);
  const line = progressLine(terminal);
  try {
    const { deployed, name, proof } = await deploy(folder, {
      home: workspace.home,
      ollamaAddress,
      ...(options.name !== undefined && { name: options.name }),
      ...(options.replace && { replace: true }),
      tokenise: (texts) => splitTexts(workspace, spec.model.path, texts),
      signal: stop.signal,
      onProgress: (progress) => {
        terminal.data({ type: "progress", ...progress });
        line.show(progress.step, stepLine(progress));
      },
    });
    line.end();
    terminal.data({ type: "result", run: { slug, id, number }, deployed, name, proof });
    if (!deployed) throw proofError(proof, name, proof.ollamaVersion);
    printProof(terminal, proof);
    terminal.say(`Run ${runName({ slug, number })} answers with: ollama run ${name}`);
  } finally {
    line.end();
    process.removeListener("SIGINT", abort);
  }
}

const titles: Record<DeployStep, string> = {
  hash: "Hashing the model",
  upload: "Uploading to Ollama",
  create: "Creating the model",
  prove: "Proving prompts and answers",
  stops: "Counting answers that stop by themselves",
};

function stepLine({ step, done, total, unit }: DeployProgress): string {
  const amount =
    unit === "bytes" ? `${bytes(done)} of ${bytes(total)}` : `${count(done)} of ${count(total)}`;
  return `${titles[step]}: ${amount}`;
}
