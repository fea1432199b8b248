import { stat } from "node:fs/promises";
import { isAbsolute, join } from "node:path";
import { AppError } from "#contract/errors.ts";

/** The model that comes with Tunesmith, so that everything works without a network. */
export const starterFolder = join(import.meta.dirname, "..", "..", "..", "starter", "model");

/** The folder of a model: "starter", or an absolute folder. Errors: model_not_found. */
export async function resolveModel(reference: string): Promise<string> {
  const path = reference === "starter" ? starterFolder : reference;
  const found = isAbsolute(path) ? await stat(path).catch(() => undefined) : undefined;
  if (!found?.isDirectory()) throw new AppError("model_not_found", { path: reference });
  return path;
}
