import { AppError } from "#contract/errors.ts";
import { nearest } from "#contract/parameters/nearest.ts";
import type { Project } from "#contract/project.ts";
import type { Context } from "./context.ts";

/**
 * The project of a slug, else of a name where only one has it.
 * Errors: not_found, bad_request for a name that several have.
 */
export async function findProject(context: Context, reference: string): Promise<Project> {
  const { projects } = await context.core.listProjects(context.workspace);
  const found = projects.find(({ slug }) => slug === reference) ?? byName(projects, reference);
  if (found) return found;
  const near = nearest(
    reference,
    projects.flatMap(({ slug, name }) => [slug, name]),
  );
  throw new AppError("not_found", {
    what: "project",
    name: near === undefined ? reference : `${reference} (did you mean ${near}?)`,
  });
}

/** The project of that name, or undefined. Errors: bad_request where several have it. */
export function byName(projects: readonly Project[], name: string): Project | undefined {
  const matches = projects.filter((project) => project.name === name);
  if (matches.length > 1) {
    const slugs = matches.map(({ slug }) => slug).join(", ");
    throw new AppError("bad_request", {
      detail: `${matches.length} projects are named “${name}”: ${slugs}; rename one of them, or say its short name`,
    });
  }
  return matches[0];
}
