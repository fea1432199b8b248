import { Readable } from "node:stream";
import type { OpenAPIHono } from "@hono/zod-openapi";
import * as routes from "#contract/routes/passport.ts";
import * as core from "#core/api.ts";
import type { ServerContext } from "../context.ts";
import { attachment } from "../http/send-file.ts";
import { runBody } from "../runs/reply.ts";

export function mountPassport(app: OpenAPIHono, { workspace: ws, hub, jobs }: ServerContext): void {
  app.openapi(routes.readPassport, async (c) => {
    const { project, run } = c.req.valid("param");
    return c.json(await core.readPassport(ws, project, run), 200);
  });

  app.openapi(routes.verifyRun, async (c) => {
    const { project, run } = c.req.valid("param");
    await core.readPassport(ws, project, run);
    const job = jobs.start({ kind: "verify", project, run }, async (onProgress, signal) => ({
      ...(await core.verifyRun(ws, project, run, {
        signal,
        onProgress: ({ name: note, done, total }) =>
          onProgress({ step: "hash", note, done, total, unit: "bytes" }),
      })),
    }));
    return c.json(job, 202);
  });

  app.openapi(routes.reproduceRun, async (c) => {
    const { project, run } = c.req.valid("param");
    const { id } = await core.reproduceRun(ws, project, run);
    hub.look();
    return c.json(runBody(await core.readRun(ws, project, id)), 201);
  });

  app.openapi(routes.readReproduction, async (c) => {
    const { project, run } = c.req.valid("param");
    return c.json(await core.compareReproduction(ws, project, run), 200);
  });

  app.openapi(routes.exportArchive, async (c) => {
    const { project, run } = c.req.valid("param");
    const { base } = c.req.valid("query");
    const { name, stream } = await core.exportArchive(ws, project, run, { base });
    return c.body(Readable.toWeb(stream) as ReadableStream, 200, {
      "Content-Type": "application/x-tar",
      "Cache-Control": "no-store",
      "Content-Disposition": attachment(name),
    });
  });

  app.openapi(routes.importArchive, async (c) => {
    // Read only as it is asked for: an error that comes before anyone reads would go unheard.
    const body = (c.req.raw.body ?? []) as AsyncIterable<Uint8Array>;
    const source = Readable.from(body, { objectMode: false });
    const imported = await core.importArchive(ws, source, {
      name: "The file",
      signal: c.req.raw.signal,
    });
    hub.look();
    return c.json(imported, 201);
  });
}
