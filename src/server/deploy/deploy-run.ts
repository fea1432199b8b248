import { readFile } from "node:fs/promises";
import { AppError } from "#contract/errors.ts";
import { proofSchema } from "#contract/ollama-proof.ts";
import type { Proof } from "#contract/ollama-proof.ts";
import type { Job } from "#contract/routes/jobs.ts";
import * as core from "#core/api.ts";
import type { Workspace } from "#core/api.ts";
import { deploy, proofFile } from "#core/deploy/deploy.ts";
import { findListed, listModels } from "#core/deploy/models.ts";
import { showName } from "#core/deploy/name.ts";
import { proofError } from "#core/deploy/proof-error.ts";
import { checkTarget } from "#core/deploy/target.ts";
import { isMissing } from "#core/files/error-code.ts";
import { readSettings } from "#core/settings.ts";
import { splitTexts } from "#core/trainer/split-texts.ts";
import type { Jobs } from "../jobs/jobs.ts";

export interface DeployRequest {
  name?: string | undefined;
  replace: boolean;
}

/**
 * Starts the job that deploys a run, after what can be refused at once was checked.
 * Errors: run_not_found, run_active, run_not_finished, and those of Ollama and the name.
 */
export async function startDeploy(
  ws: Workspace,
  jobs: Jobs,
  { project, run }: { project: string; run: string },
  { name, replace }: DeployRequest,
): Promise<Job> {
  const { spec, state } = await core.readRun(ws, project, run);
  const { folder, gguf } = await core.runFiles(ws, project, run);
  // Its own last stages deploy it.
  if (state.status === "running") throw new AppError("run_active", { id: run });
  if (!gguf) throw new AppError("run_not_finished", { id: run, status: state.status });
  const { ollamaAddress } = await readSettings(ws);
  const wanted = name ?? spec.targetName;
  await checkTarget({ home: ws.home, run, name: wanted, setting: ollamaAddress, replace });
  return jobs.start({ kind: "deploy", project, run }, async (onProgress, signal) => {
    const deployment = await deploy(folder, {
      home: ws.home,
      ollamaAddress,
      name: wanted,
      replace,
      tokenise: (texts) => splitTexts(ws, spec.model.path, texts),
      signal,
      onProgress,
    });
    const { deployed, proof } = deployment;
    if (!deployed) throw proofError(proof, deployment.name, proof.ollamaVersion);
    return { name: deployment.name };
  });
}

export interface CheckedName {
  name: string;
  error: AppError | null;
  proposal: string | null;
  replaces: boolean;
}

/** Whether a run's model could take a name now. Errors: run_not_found, run_spec_invalid. */
export async function checkName(
  ws: Workspace,
  { project, run }: { project: string; run: string },
  wish: string | undefined,
): Promise<CheckedName> {
  const { spec } = await core.readRun(ws, project, run);
  const name = wish ?? spec.targetName;
  const { ollamaAddress: setting } = await readSettings(ws);
  try {
    const target = await checkTarget({ home: ws.home, run, name, setting });
    const listed = await listModels(target.ollama.address);
    const shown = showName(target.name);
    const replaces = findListed(listed, shown) !== undefined;
    return { name: shown, error: null, proposal: null, replaces };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const proposal = error.params["proposal"];
    const given = typeof proposal === "string" ? proposal : null;
    return { name, error, proposal: given, replaces: false };
  }
}

/** Errors: not_found where it was never tried. */
export async function readProof(ws: Workspace, project: string, run: string): Promise<Proof> {
  const { folder } = await core.runFiles(ws, project, run);
  try {
    return proofSchema.parse(JSON.parse(await readFile(proofFile(folder), "utf8")));
  } catch (error) {
    if (isMissing(error)) throw new AppError("not_found", { what: "proof of run", name: run });
    throw error;
  }
}
