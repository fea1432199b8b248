import { AppError } from "#contract/errors.ts";
import { askJson } from "./http.ts";
import { isSameModel } from "./name.ts";

/** A model as `ollama list` shows it; `digest` names its manifest: weights and settings together. */
export interface ListedModel {
  readonly name: string;
  readonly digest: string;
  readonly size: number;
  readonly modifiedAt: string;
}

interface TagsReply {
  readonly models?: readonly {
    readonly name: string;
    readonly digest: string;
    readonly size: number;
    readonly modified_at: string;
  }[];
}

/** Every model in an Ollama. */
export async function listModels(address: string, signal?: AbortSignal): Promise<ListedModel[]> {
  const reply = await askJson<TagsReply>(address, { path: "/api/tags", signal, idleMs: 60_000 });
  return (reply.models ?? []).map(({ name, digest, size, modified_at: modifiedAt }) => ({
    name,
    digest,
    size,
    modifiedAt,
  }));
}

/** The one of these models that Ollama would take for `name`. */
export function findListed(models: readonly ListedModel[], name: string): ListedModel | undefined {
  return models.find((model) => isSameModel(model.name, name));
}

/** Delete a model with the blobs that no other one uses. Tells whether it was there. */
export async function deleteModel(
  address: string,
  name: string,
  signal?: AbortSignal,
): Promise<boolean> {
  const json = { model: name };
  try {
    await askJson(address, { method: "DELETE", path: "/api/delete", json, signal });
    return true;
  } catch (error) {
    if (error instanceof AppError && error.params["status"] === 404) return false;
    throw error;
  }
}
