import { join } from "node:path";
import { packageRoot } from "./command-name.ts";
import { train, type TrainOptions } from "./commands/train.ts";
import type { Context } from "./context.ts";

/** The bundled example that the first start and the demo train. */
export const practiceSpec = join(packageRoot, "examples", "lighthouses", "train.yaml");

/** Trains the bundled example visibly. Returns the exit code of its run. */
export function practise(context: Context, options: TrainOptions = {}): Promise<number> {
  return train(context, practiceSpec, { answers: 6, ...options });
}

/** Nothing was ever made in this workspace: no project, readable or not. */
export async function isEmptyWorkspace({ core, workspace }: Context): Promise<boolean> {
  const { projects, problems } = await core.listProjects(workspace);
  return projects.length === 0 && problems.length === 0;
}
