import type { OpenAPIHono } from "@hono/zod-openapi";
import type { Sweep } from "#contract/sweep.ts";
import * as routes from "#contract/routes/sweeps.ts";
import * as core from "#core/api.ts";
import type { SweepSpace } from "#core/api.ts";
import type { ServerContext } from "../context.ts";
import { runBody } from "../runs/reply.ts";

export function mountSweeps(app: OpenAPIHono, { workspace: ws, hub }: ServerContext): void {
  const ranked = async (sweep: Sweep) => ({ sweep, ranking: await core.rankSweep(ws, sweep) });

  app.openapi(routes.startSweep, async (c) => {
    const { stopHopeless, allow_4bit: allow4bit, ...space } = c.req.valid("json");
    // Values are checked by the registry, as those of any run.
    const options = { stopHopeless, allow4bit };
    const { project } = c.req.valid("param");
    const sweep = await core.startSweep(ws, project, space as SweepSpace, options);
    hub.look();
    return c.json(sweep, 201);
  });

  app.openapi(routes.listSweeps, async (c) => {
    const sweeps = await core.listSweeps(ws, c.req.valid("param").project);
    return c.json({ sweeps: await Promise.all(sweeps.map(ranked)) }, 200);
  });

  app.openapi(routes.readSweep, async (c) => {
    const { project, sweep } = c.req.valid("param");
    return c.json(await ranked(await core.readSweep(ws, project, sweep)), 200);
  });

  app.openapi(routes.cancelSweep, async (c) => {
    const { project, sweep } = c.req.valid("param");
    await core.cancelSweep(ws, project, sweep);
    hub.look();
    return c.json(await ranked(await core.readSweep(ws, project, sweep)), 202);
  });

  app.openapi(routes.exportTrial, async (c) => {
    const { project, run } = c.req.valid("param");
    await core.exportTrial(ws, project, run);
    hub.look();
    return c.json(runBody(await core.readRun(ws, project, run)), 202);
  });
}
