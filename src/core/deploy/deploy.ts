import { join } from "node:path";
import { writeJsonAtomic } from "#core/files/atomic.ts";
import {
  createCandidate,
  dropCandidate,
  promoteCandidate,
  type Candidate,
  type DeployProgress,
} from "./candidate.ts";
import { findGguf, readDeployableSpec, type DeployableSpec } from "./deployable-run.ts";
import type { Tokenise } from "./difference.ts";
import { readGolden, readGoldenTools, type HeldOutAnswer } from "./golden.ts";
import { heldOutAnswers, heldOutPrompts } from "./held-out.ts";
import { showName } from "./name.ts";
import type { Proof } from "#contract/ollama-proof.ts";
import { proveModel } from "./prove.ts";
import { forgetModel, rememberModel } from "./registry.ts";
import { modelSettings } from "./settings.ts";
import { measureStops } from "./stops.ts";
import { countToolRows } from "./tool-rows.ts";
import { checkTarget, requireFree, type Target } from "./target.ts";

export interface DeployOptions {
  readonly home: string;
  /** The address from the settings; null = OLLAMA_HOST, else Ollama's default. */
  readonly ollamaAddress?: string | null;
  /** The name in Ollama; the run's target name where it is not given. */
  readonly name?: string;
  readonly replace?: boolean;
  /** Texts of the tokens that end an answer, beside those in the run's own `stop`. */
  readonly stopTokens?: readonly string[];
  readonly tokenise: Tokenise;
  /** llama.cpp's answers to held-out prompts; those of the run's evaluation where not given. */
  readonly answers?: readonly HeldOutAnswer[];
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: (progress: DeployProgress) => void;
}

export interface Deployment {
  readonly deployed: boolean;
  readonly name: string;
  readonly proof: Proof;
}

/** A run's model in Ollama under an interim name, ready to be proven. */
export interface Registration {
  readonly runFolder: string;
  readonly spec: DeployableSpec;
  readonly target: Target;
  readonly candidate: Candidate;
  readonly format: string;
}

/** Twice the longest answer that evaluation allows. */
const answerLimit = 1024;
const stopLimit = 256;
const stopPrompts = 20;

/** Where a run's last proof in Ollama is kept. */
export function proofFile(runFolder: string): string {
  return join(runFolder, "ollama-proof.json");
}

/**
 * Bring a finished run's model into Ollama and prove it there. One that is not proven is taken out
 * again; whatever bore the name before stays. The proof is written to the run either way.
 * Errors: those of `checkTarget`, of upload and creation, deploy_no_gguf, file_*.
 */
export async function deploy(runFolder: string, options: DeployOptions): Promise<Deployment> {
  return await verifyModel(await registerModel(runFolder, options), options);
}

/** The first half: find Ollama, check the name, upload, create. */
export async function registerModel(
  runFolder: string,
  options: Omit<DeployOptions, "tokenise">,
): Promise<Registration> {
  const { home, signal, onProgress } = options;
  const spec = await readDeployableSpec(runFolder);
  const { gguf, format } = await findGguf(runFolder, spec);
  const target = await checkTarget({
    home,
    run: spec.id,
    name: options.name ?? spec.targetName,
    setting: options.ollamaAddress,
    replace: options.replace ?? false,
    signal,
  });
  const settings = modelSettings({
    modelfile: spec.modelfile,
    stopTokens: options.stopTokens ?? [],
    takesSystem: spec.template.system === "supported",
  });
  try {
    const candidate = await createCandidate({
      ...target,
      mark: spec.id,
      gguf,
      settings,
      signal,
      ...(onProgress ? { onProgress } : {}),
    });
    return { runFolder, spec, target, candidate, format };
  } catch (error) {
    await dropCandidate(target.ollama, { name: target.name, mark: spec.id });
    throw error;
  }
}

/** The second half: prove; give the proven model its name; take the interim one away. */
export async function verifyModel(
  registration: Registration,
  options: DeployOptions,
): Promise<Deployment> {
  const { runFolder, spec, target } = registration;
  const name = showName(target.name);
  try {
    const proof = await prove(registration, options);
    await writeJsonAtomic(proofFile(runFolder), proof);
    if (proof.proven) await takeName(registration, options, proof);
    return { deployed: proof.proven, name, proof };
  } finally {
    await dropCandidate(target.ollama, { name: target.name, mark: spec.id });
  }
}

/** The proven candidate gets its name, unless another model took it in the meantime. */
async function takeName(
  { runFolder, spec, target, candidate, format }: Registration,
  { home, replace = false, signal }: DeployOptions,
  proof: Proof,
): Promise<void> {
  const { ollama } = target;
  await requireFree(target, { home, run: spec.id, replace, signal });
  const { address, version: ollamaVersion } = ollama;
  const { name, digest, time: deployedAt } = proof;
  const source = { project: spec.project.slug, run: spec.id, runFolder, format };
  const model = { name, address, digest, ...source, ollamaVersion, deployedAt };
  // Remembered first: after a crash between the two, the model would look like another's.
  const before = await rememberModel(home, model);
  try {
    await promoteCandidate(ollama, candidate, name, signal);
  } catch (error) {
    await (before ? rememberModel(home, before) : forgetModel(home, model));
    throw error;
  }
}

async function prove(registration: Registration, options: DeployOptions): Promise<Proof> {
  const { runFolder, target, candidate } = registration;
  const { signal, onProgress } = options;
  const golden = await readGolden(runFolder);
  const finding = await proveModel({
    ollama: target.ollama,
    model: candidate.name,
    sent: candidate.settings,
    golden,
    answers: options.answers ?? (await heldOutAnswers(runFolder)),
    tools: await readGoldenTools(runFolder),
    greedy: { limit: answerLimit, stop: [] },
    tokenise: options.tokenise,
    signal,
    onProgress: (done, total) => onProgress?.({ step: "prove", done, total, unit: "checks" }),
  });
  const prompts = await heldOutPrompts(runFolder, stopPrompts);
  const stops =
    !finding.proven || prompts.length === 0
      ? null
      : await measureStops({
          address: target.ollama.address,
          model: candidate.name,
          prompts,
          limit: stopLimit,
          signal,
          onProgress: (done, total) => onProgress?.({ step: "stops", done, total, unit: "checks" }),
        });
  const toolRows = await countToolRows(runFolder);
  return {
    schemaVersion: 1,
    ...(toolRows > 0 ? { toolRows } : {}),
    time: new Date().toISOString(),
    ...finding,
    ollamaVersion: target.ollama.version,
    name: showName(target.name),
    digest: candidate.digest,
    ggufSha256: candidate.ggufSha256,
    stops,
  };
}
