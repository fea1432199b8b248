import type { OpenAPIHono } from "@hono/zod-openapi";
import * as routes from "#contract/routes/jobs.ts";
import type { ServerContext } from "../context.ts";

export function mountJobs(app: OpenAPIHono, { jobs }: ServerContext): void {
  app.openapi(routes.listJobs, (c) => c.json({ jobs: jobs.list() }, 200));
  app.openapi(routes.readJob, (c) => c.json(jobs.read(c.req.valid("param").job), 200));
  app.openapi(routes.cancelJob, (c) => c.json(jobs.cancel(c.req.valid("param").job), 202));
}
