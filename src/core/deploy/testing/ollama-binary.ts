import { access, constants } from "node:fs/promises";
import { homedir } from "node:os";
import { delimiter, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** The version that the tests build where they find none. */
export const builtOllamaVersion = "0.34.1";

export const executableName = process.platform === "win32" ? "ollama.exe" : "ollama";

const clone = resolve(dirname(fileURLToPath(import.meta.url)), "../../../..");

/** Where a built Ollama is kept for every clone of this user. */
export function ollamaCacheFolder(environment: NodeJS.ProcessEnv = process.env): string {
  const base =
    environment["XDG_CACHE_HOME"] || environment["LOCALAPPDATA"] || join(homedir(), ".cache");
  return join(base, "tunesmith", `ollama-${builtOllamaVersion}`);
}

/** Every place where an Ollama may lie, in the order in which they count. */
function ollamaPlaces(environment: NodeJS.ProcessEnv = process.env): string[] {
  const named = environment["TUNESMITH_OLLAMA"];
  // A named one that is missing is a mistake to hear about, not a reason to take another.
  if (named) return [resolve(named)];
  return [
    ...(environment["PATH"] ?? "")
      .split(delimiter)
      .filter((folder) => folder !== "")
      .map((folder) => join(folder, executableName)),
    join(clone, "..", "shared", "ollama", "bin", executableName),
    join(ollamaCacheFolder(environment), "bin", executableName),
  ];
}

/** The first Ollama that is there: $TUNESMITH_OLLAMA, PATH, beside the clone, the cache. */
export async function findOllamaBinary(
  environment: NodeJS.ProcessEnv = process.env,
): Promise<string | undefined> {
  for (const place of ollamaPlaces(environment)) {
    if (await isExecutable(place)) return place;
  }
  return undefined;
}

async function isExecutable(path: string): Promise<boolean> {
  return await access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}
