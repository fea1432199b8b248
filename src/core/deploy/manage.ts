import { AppError } from "#contract/errors.ts";
import { unloadModel } from "./chat.ts";
import type { Ollama } from "./find.ts";
import { deleteModel, findListed, listModels, type ListedModel } from "./models.ts";
import { isSameModel } from "./name.ts";
import { forgetModel, readRegistry, type DeployedModel } from "./registry.ts";

export interface ManagedModel extends DeployedModel {
  /** replaced: Ollama has another model of this name now; gone: it has none. */
  readonly state: "present" | "replaced" | "gone";
  readonly size: number | null;
}

/** The models that Tunesmith put into this Ollama, newest first, each with the run it came from. */
export async function managedModels(
  home: string,
  ollama: Pick<Ollama, "address">,
  signal?: AbortSignal,
): Promise<ManagedModel[]> {
  const [deployed, listed] = await Promise.all([
    readRegistry(home),
    listModels(ollama.address, signal),
  ]);
  return (
    deployed
      .map((model) => ({ ...model, ...stateOf(model, listed) }))
      // One Ollama may have several addresses; a digest that is there is ours under any of them.
      .filter(({ address, state }) => address === ollama.address || state === "present")
      .sort((a, b) => b.deployedAt.localeCompare(a.deployedAt))
  );
}

/**
 * Delete one of our models from Ollama. One that is gone already is forgotten; one that was
 * replaced by another's is forgotten and stays.
 * Errors: ollama_model_foreign (nothing of this name is ours), and those of the connection.
 */
export async function removeManaged(
  home: string,
  ollama: Pick<Ollama, "address">,
  name: string,
): Promise<"removed" | "forgotten"> {
  const model = await requireManaged(home, ollama, name);
  const isOurs = model.state === "present";
  if (isOurs) {
    await unloadModel(ollama.address, model.name);
    await deleteModel(ollama.address, model.name);
  }
  await forgetModel(home, model);
  return isOurs ? "removed" : "forgotten";
}

/** The model of this name, if it is one of ours. Errors: ollama_model_foreign, and the connection's. */
export async function requireManaged(
  home: string,
  ollama: Pick<Ollama, "address">,
  name: string,
): Promise<ManagedModel> {
  const models = await managedModels(home, ollama);
  const model = models.find((other) => isSameModel(other.name, name));
  if (!model) throw new AppError("ollama_model_foreign", { name });
  return model;
}

function stateOf(
  model: DeployedModel,
  listed: readonly ListedModel[],
): Pick<ManagedModel, "state" | "size"> {
  const found = findListed(listed, model.name);
  if (!found) return { state: "gone", size: null };
  return { state: found.digest === model.digest ? "present" : "replaced", size: found.size };
}
