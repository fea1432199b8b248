import type { OpenAPIHono, z } from "@hono/zod-openapi";
import * as routes from "#contract/routes/queue.ts";
import * as core from "#core/api.ts";
import type { ServerContext } from "../context.ts";

export function mountQueue(app: OpenAPIHono, { workspace: ws, hub }: ServerContext): void {
  const reply = async (): Promise<z.infer<typeof routes.queueReply>> => {
    const { running, waiting } = await core.readQueue(ws);
    return {
      running: running.map(({ slug: project, id: run, name: project_name, number }) => ({
        project,
        project_name,
        run,
        number,
      })),
      waiting: waiting.map((entry, index) => ({
        project: entry.slug,
        project_name: entry.name,
        run: entry.id,
        number: entry.number,
        position: index + 1,
        held: entry.held,
        resumes: entry.resumes,
        queued_at: entry.queuedAt,
      })),
    };
  };

  app.openapi(routes.readQueue, async (c) => c.json(await reply(), 200));

  app.openapi(routes.changeQueued, async (c) => {
    const { project: slug, run: id } = c.req.valid("param");
    const { position, held } = c.req.valid("json");
    if (position !== undefined) await core.moveInQueue(ws, { slug, id }, position);
    if (held === true) await core.holdInQueue(ws, { slug, id }, true);
    if (held === false) await core.releaseInQueue(ws, { slug, id });
    hub.look();
    return c.json(await reply(), 200);
  });

  app.openapi(routes.removeQueued, async (c) => {
    const { project: slug, run: id } = c.req.valid("param");
    await core.removeFromQueue(ws, { slug, id });
    hub.look();
    return c.json(await reply(), 200);
  });
}
