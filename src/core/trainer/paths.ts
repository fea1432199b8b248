import { resolve } from "node:path";
import { AppError } from "#contract/errors.ts";
import { enginePaths } from "../engine/paths.ts";
import type { EnginePaths } from "../engine/paths.ts";
import { engineStatus } from "../engine/status.ts";
import type { Workspace } from "../workspace.ts";

/**
 * The engine to run the trainer with. $TUNESMITH_PYTHON and $TUNESMITH_LLAMA name another one, for
 * whoever works on the engine itself. Errors: engine_missing.
 */
export async function trainerPaths(
  ws: Workspace,
  env: NodeJS.ProcessEnv = process.env,
): Promise<EnginePaths> {
  const paths = withOverrides(enginePaths(ws.home), env);
  if (env["TUNESMITH_PYTHON"]) return paths;
  const { state } = await engineStatus(ws.home);
  if (state !== "ready") throw new AppError("engine_missing");
  return paths;
}

export function withOverrides(
  paths: EnginePaths,
  env: NodeJS.ProcessEnv = process.env,
): EnginePaths {
  const { TUNESMITH_PYTHON: python, TUNESMITH_LLAMA: llama } = env;
  return {
    ...paths,
    ...(python ? { python } : {}),
    ...(python && llama ? { llama: resolve(llama) } : {}),
  };
}
