import { AppError } from "#contract/errors.ts";
import { enginePaths } from "../engine/paths.ts";
import type { EnginePaths } from "../engine/paths.ts";
import { engineStatus } from "../engine/status.ts";
import type { Workspace } from "../workspace.ts";

/** The engine to run the trainer with. Errors: engine_missing. */
export async function trainerPaths(ws: Workspace): Promise<EnginePaths> {
  // An engine that someone names is theirs to keep in order: it bears no stamp of an installation.
  if (process.env["TUNESMITH_PYTHON"]) return enginePaths(ws.home);
  const { state, paths } = await engineStatus(ws.home);
  if (state !== "ready") throw new AppError("engine_missing");
  return paths;
}
