import { join } from "node:path";
import { z } from "zod";
import { readList, updateList } from "./locked-list.ts";
import { isSameModel } from "./name.ts";

/** One model that Tunesmith put into an Ollama. */
const deployedModelSchema = z.object({
  name: z.string(),
  address: z.string(),
  /** The manifest's digest: another one under the same name is not ours. */
  digest: z.string(),
  project: z.string(),
  run: z.string(),
  runFolder: z.string(),
  format: z.string(),
  ollamaVersion: z.string(),
  deployedAt: z.iso.datetime(),
});
export type DeployedModel = z.infer<typeof deployedModelSchema>;
export type DeployedName = Pick<DeployedModel, "name" | "address" | "digest">;

/** Where it is kept which models came from this home. */
export function registryFile(home: string): string {
  return join(home, "ollama-models.json");
}

/** Every model that was ever deployed from this home and not removed. Errors: file_*. */
export async function readRegistry(home: string): Promise<DeployedModel[]> {
  return await readList(registryFile(home), deployedModelSchema);
}

/** Put a model in, instead of the one of the same name in the same Ollama, which is returned. */
export async function rememberModel(
  home: string,
  model: DeployedModel,
): Promise<DeployedModel | undefined> {
  let before: DeployedModel | undefined;
  await updateList(registryFile(home), deployedModelSchema, (models) => {
    before = models.find((other) => isSame(other, model));
    return [...models.filter((other) => !isSame(other, model)), model];
  });
  return before;
}

/** Take a model out. */
export async function forgetModel(home: string, model: DeployedName): Promise<void> {
  await updateList(registryFile(home), deployedModelSchema, (models) =>
    models.filter((other) => !isSame(other, model)),
  );
}

/** One Ollama may have several addresses: the same digest is the same model under any of them. */
function isSame(left: DeployedName, right: DeployedName): boolean {
  const isPlace = left.address === right.address || left.digest === right.digest;
  return isPlace && isSameModel(left.name, right.name);
}
