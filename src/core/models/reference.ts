import { stat } from "node:fs/promises";
import { isAbsolute, join } from "node:path";
import { AppError } from "#contract/errors.ts";
import { findModel } from "../hub/cache.ts";
import { hubCache } from "../hub/place.ts";
import { isRepoId } from "../hub/repo.ts";

/** The model that comes with Tunesmith, so that everything works without a network. */
export const starterFolder = join(import.meta.dirname, "..", "..", "..", "starter", "model");

export interface LocatedModel {
  readonly folder: string;
  /** Of a model from the hub: the commit that lies there. */
  readonly commit?: string;
}

/**
 * Where a model lies: "starter", an absolute folder, or the name of a model on the hub that was
 * downloaded. Asks the hub nothing. Errors: model_not_found, model_not_downloaded.
 */
export async function locateModel(reference: string): Promise<LocatedModel> {
  if (isRepoId(reference)) {
    const found = await findModel(hubCache(), { type: "model", id: reference });
    if (!found) throw new AppError("model_not_downloaded", { id: reference });
    return found;
  }
  const path = reference === "starter" ? starterFolder : reference;
  const found = isAbsolute(path) ? await stat(path).catch(() => undefined) : undefined;
  if (!found?.isDirectory()) throw new AppError("model_not_found", { path: reference });
  return { folder: path };
}

/** Its folder alone. Errors: those of locateModel. */
export async function resolveModel(reference: string): Promise<string> {
  return (await locateModel(reference)).folder;
}
