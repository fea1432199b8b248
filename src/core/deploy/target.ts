import { AppError } from "#contract/errors.ts";
import { findOllama, requireTemplates, type FindOptions, type Ollama } from "./find.ts";
import { findListed, listModels } from "./models.ts";
import { parseModelName, proposeFreeName, showName, type ModelName } from "./name.ts";
import { readRegistry } from "./registry.ts";

/** Who asks for a name. */
interface Owner {
  readonly home: string;
  /** The run that deploys; what it registered itself it may replace. */
  readonly run?: string;
  /** The user asked for another model of this name to be replaced. */
  readonly replace?: boolean;
  readonly signal?: AbortSignal | undefined;
}

export interface TargetOptions extends FindOptions, Owner {
  readonly name: string;
}

export interface Target {
  readonly ollama: Ollama;
  readonly name: ModelName;
}

/**
 * Where a model would go: fit for asking before training starts as well as before deploying.
 * Errors: those of the name, of finding Ollama, ollama_too_old, ollama_name_taken (with a free
 * name as `proposal`).
 */
export async function checkTarget(options: TargetOptions): Promise<Target> {
  const name = parseModelName(options.name);
  const ollama = await findOllama(options);
  requireTemplates(ollama);
  await requireFree({ ollama, name }, options);
  return { ollama, name };
}

/** Error: ollama_name_taken. */
export async function requireFree({ ollama, name }: Target, options: Owner): Promise<void> {
  if (options.replace) return;
  const models = await listModels(ollama.address, options.signal);
  const shown = showName(name);
  const taken = findListed(models, shown);
  if (!taken || (await isOwn(taken.digest, options))) return;
  const names = models.map((model) => model.name);
  throw new AppError("ollama_name_taken", { name: shown, proposal: proposeFreeName(name, names) });
}

/** Whether this very run made exactly this model; a digest stands for weights and settings. */
async function isOwn(digest: string, { home, run }: Owner): Promise<boolean> {
  if (run === undefined) return false;
  return (await readRegistry(home)).some((model) => model.run === run && model.digest === digest);
}
