import { AppError } from "#contract/errors.ts";
import type { RunReference } from "#core/api.ts";
import type { Context } from "./context.ts";
import { byName } from "./find-project.ts";

/**
 * The run that a person means: what core understands, or a project's name in the place of its short
 * one. Errors: run_not_found, run_none, run_none_at_all, not_found, bad_request for a name that several projects have.
 */
export async function findRun(context: Context, reference: string): Promise<RunReference> {
  const { core, workspace } = context;
  try {
    return await core.findRun(workspace, reference);
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== "run_not_found") throw error;
    const { projects } = await core.listProjects(workspace);
    const cut = reference.lastIndexOf("/");
    const [name, rest] =
      cut < 0 ? [reference, "latest"] : [reference.slice(0, cut), reference.slice(cut + 1)];
    const project = projects.find(({ slug }) => slug === name) ?? byName(projects, name);
    if (!project) throw new AppError("not_found", { what: "run", name: reference });
    const { runs, problems } = await core.listRuns(workspace, project.slug);
    if (runs.length + problems.length === 0) {
      throw new AppError("run_none", { project: project.slug });
    }
    if (project.slug === name) throw new AppError("run_not_found", { id: rest, project: name });
    return core.findRun(workspace, `${project.slug}/${rest}`);
  }
}
