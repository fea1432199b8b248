import type { OpenAPIHono } from "@hono/zod-openapi";
import { AppError } from "#contract/errors.ts";
import { findPreset, presets } from "#contract/parameters/presets.ts";
import { checkRules } from "#contract/parameters/rules.ts";
import { sections } from "#contract/parameters/types.ts";
import type { Project } from "#contract/project.ts";
import * as routes from "#contract/routes/projects.ts";
import * as core from "#core/api.ts";
import { knownRows } from "#core/datasets/table/table-file.ts";
import type { ServerContext } from "../context.ts";
import { given } from "../given.ts";
import { cardBody, projectBody } from "./reply.ts";

export function mountProjects(app: OpenAPIHono, { workspace: ws, hub }: ServerContext): void {
  const reply = async (project: Project) =>
    projectBody(
      project,
      await core.activeRun(ws, project.slug),
      await core.effectiveSettings(ws, project),
    );

  app.openapi(routes.listProjects, async (c) => {
    const { projects, problems } = await core.listProjects(ws);
    const cards = projects.map(async (project) => ({
      ...cardBody(project, await core.activeRun(ws, project.slug)),
      rows: await knownRows(ws, project),
    }));
    return c.json({ projects: await Promise.all(cards), problems }, 200);
  });

  app.openapi(routes.createProject, async (c) => {
    const {
      name,
      target_name: targetName,
      preset,
      model,
      description,
      ...rest
    } = c.req.valid("json");
    const named = sections.filter((section) => rest[section]);
    // Refused before anything is made: the sections were checked with the body.
    checkRules(Object.fromEntries(named.map((section) => [section, rest[section] ?? {}])));
    if (preset !== undefined && !findPreset(preset)) {
      const available = presets.map(({ name }) => name).join(", ");
      throw new AppError("preset_unknown", { name: preset, available });
    }
    let project = await core.createProject(ws, given({ name, model, description, targetName }));
    if (preset !== undefined) project = await core.applyPreset(ws, project.slug, preset);
    if (named.length > 0) project = await core.updateProject(ws, project.slug, given(rest));
    hub.look();
    return c.json(await reply(project), 201);
  });

  app.openapi(routes.readProject, async (c) => {
    const project = await core.readProject(ws, c.req.valid("param").project);
    return c.json(await reply(project), 200);
  });

  app.openapi(routes.estimateMemory, async (c) => {
    const project = await core.readProject(ws, c.req.valid("param").project);
    return c.json(await core.projectMemory(ws, project), 200);
  });

  app.openapi(routes.updateProject, async (c) => {
    const { revision, target_name: targetName, ...rest } = c.req.valid("json");
    const project = await core.updateProject(
      ws,
      c.req.valid("param").project,
      given({ ...rest, targetName }),
      given({ revision }),
    );
    hub.look();
    return c.json(await reply(project), 200);
  });

  app.openapi(routes.deleteProject, async (c) => {
    const { trashId, slug, name } = await core.deleteProject(ws, c.req.valid("param").project);
    hub.look();
    return c.json({ trash_id: trashId, slug, name }, 200);
  });

  app.openapi(routes.listTrash, async (c) => {
    const projects = await core.listTrash(ws);
    return c.json(
      {
        projects: projects.map(({ trashId, slug, name, deletedAt }) => ({
          trash_id: trashId,
          slug,
          name,
          deleted_at: deletedAt,
        })),
      },
      200,
    );
  });

  app.openapi(routes.restoreProject, async (c) => {
    const project = await core.restoreProject(ws, c.req.valid("param").trash);
    hub.look();
    return c.json(await reply(project), 200);
  });

  app.openapi(routes.duplicateProject, async (c) => {
    const project = await core.duplicateProject(
      ws,
      c.req.valid("param").project,
      c.req.valid("json").name,
    );
    hub.look();
    return c.json(await reply(project), 201);
  });

  app.openapi(routes.applyPreset, async (c) => {
    const { preset } = c.req.valid("json");
    const project = await core.applyPreset(ws, c.req.valid("param").project, preset);
    hub.look();
    return c.json(await reply(project), 200);
  });

  app.openapi(routes.resetSection, async (c) => {
    const { section } = c.req.valid("json");
    const project = await core.resetSection(ws, c.req.valid("param").project, section);
    hub.look();
    return c.json(await reply(project), 200);
  });
}
