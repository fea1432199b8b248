import type { Workspace } from "#core/api.ts";
import { findOllama } from "#core/deploy/find.ts";
import type { Ollama } from "#core/deploy/find.ts";
import { readSettings } from "#core/settings.ts";

/** The Ollama of a workspace's settings. Errors: those of `findOllama`. */
export async function ollamaOf(ws: Workspace): Promise<Ollama> {
  return findOllama({ setting: (await readSettings(ws)).ollamaAddress });
}
