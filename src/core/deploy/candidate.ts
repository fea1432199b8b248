import { AppError } from "#contract/errors.ts";
import { ensureBlob, fileDigest } from "./blobs.ts";
import { unloadModel } from "./chat.ts";
import { createModel } from "./create.ts";
import type { Ollama } from "./find.ts";
import { deleteModel, findListed, listModels } from "./models.ts";
import { showName, type ModelName } from "./name.ts";
import type { ModelSettings } from "./settings.ts";

export type DeployStep = "hash" | "upload" | "create" | "prove" | "stops";

/** `unit` is what `done` and `total` count. */
export interface DeployProgress {
  readonly step: DeployStep;
  readonly done: number;
  readonly total: number;
  readonly unit: "bytes" | "checks";
}

export interface CandidateOptions {
  readonly ollama: Ollama;
  readonly name: ModelName;
  /** Marks the candidate of one run; letters, digits and dashes. */
  readonly mark: string;
  readonly gguf: string;
  readonly settings: ModelSettings;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: (progress: DeployProgress) => void;
}

/** A model in Ollama that is not proven yet, so it does not bear its name yet. */
export interface Candidate {
  readonly name: string;
  readonly digest: string;
  readonly ggufSha256: string;
  readonly settings: ModelSettings;
}

const dropMs = 10_000;
const fileInOllama = "model.gguf";

/**
 * Bring a GGUF into Ollama under a name that says that it is unproven. The same name but for its
 * tag: Ollama treats some models by their names. Errors: those of upload and creation.
 */
export async function createCandidate(options: CandidateOptions): Promise<Candidate> {
  const { ollama, gguf, settings, signal, onProgress } = options;
  const { address } = ollama;
  const bytes = (step: DeployStep) => (done: number, total: number) =>
    onProgress?.({ step, done, total, unit: "bytes" });
  const blob = await fileDigest(gguf, { signal, onProgress: bytes("hash") });
  await ensureBlob(address, gguf, blob, { signal, onProgress: bytes("upload") });
  const name = candidateName(options.name, options.mark);
  const onStatus = (): void => onProgress?.({ step: "create", done: 0, total: 1, unit: "checks" });
  const files = { [fileInOllama]: blob };
  await createModel(address, { name, files, ...settings }, { signal, onStatus });
  onProgress?.({ step: "create", done: 1, total: 1, unit: "checks" });
  const digest = await requireDigest(address, name, signal);
  return { name, digest, ggufSha256: blob.replace("sha256:", ""), settings };
}

/**
 * Give a proven candidate its real name. All of its parts are in Ollama, so creating it once more
 * is done at once, and frees what a replaced model held.
 */
export async function promoteCandidate(
  ollama: Ollama,
  candidate: Candidate,
  name: string,
  signal?: AbortSignal,
): Promise<void> {
  const files = { [fileInOllama]: `sha256:${candidate.ggufSha256}` };
  await createModel(ollama.address, { name, files, ...candidate.settings }, { signal });
  const digest = await requireDigest(ollama.address, name, signal);
  if (digest !== candidate.digest) {
    await deleteModel(ollama.address, name);
    throw new AppError("ollama_create_failed", {
      name,
      detail: `its digest ${digest} is not the proven one ${candidate.digest}`,
    });
  }
}

/** Take a candidate out of Ollama and its memory, as far as Ollama can still be reached. */
export async function dropCandidate(
  ollama: Ollama,
  { name, mark }: Pick<CandidateOptions, "name" | "mark">,
): Promise<void> {
  const candidate = candidateName(name, mark);
  // An Ollama that hangs must not hold up whoever cancels or pauses.
  const signal = AbortSignal.timeout(dropMs);
  // What stays behind bears a name that says what it is, and the next deployment takes it out.
  const ignore = (error: unknown): void => {
    if (!(error instanceof AppError) && !signal.aborted) throw error;
  };
  const models = await listModels(ollama.address, signal).catch(() => []);
  if (!findListed(models, candidate)) return;
  await unloadModel(ollama.address, candidate, signal).catch(ignore);
  await deleteModel(ollama.address, candidate, signal).catch(ignore);
}

function candidateName(name: ModelName, mark: string): string {
  return showName({ ...name, tag: `unproven-${mark}`.slice(0, 80) });
}

async function requireDigest(address: string, name: string, signal?: AbortSignal): Promise<string> {
  const listed = findListed(await listModels(address, signal), name);
  if (!listed) throw new AppError("ollama_model_missing", { name, address });
  return listed.digest;
}
