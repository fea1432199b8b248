import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { findModel } from "./cache.ts";
import { isRepoId } from "./repo.ts";

/**
 * Names of the models that generate text and lie whole in the shared cache, whichever tool brought
 * them there.
 */
export async function cachedModels(cache: string): Promise<string[]> {
  const names = await readdir(cache).catch(() => []);
  const ids = names
    .filter((name) => name.startsWith("models--"))
    .map((name) => name.slice("models--".length).replace("--", "/"))
    .filter(isRepoId);
  const kept = await Promise.all(ids.map(async (id) => ((await isUsable(cache, id)) ? [id] : [])));
  return kept.flat();
}

async function isUsable(cache: string, id: string): Promise<boolean> {
  const found = await findModel(cache, { type: "model", id });
  if (!found) return false;
  try {
    const text = await readFile(join(found.folder, "config.json"), "utf8");
    const { architectures } = JSON.parse(text) as { architectures?: unknown };
    return Array.isArray(architectures) && String(architectures[0]).endsWith("ForCausalLM");
  } catch {
    return false;
  }
}
