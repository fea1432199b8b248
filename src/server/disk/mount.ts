import type { OpenAPIHono, z } from "@hono/zod-openapi";
import * as routes from "#contract/routes/disk.ts";
import { deleteParts, diskUse } from "#core/disk-use.ts";
import { freeBytes } from "#core/engine/disk.ts";
import { findReclaimable, reclaim } from "#core/reclaim.ts";
import type { ServerContext } from "../context.ts";

export function mountDisk(app: OpenAPIHono, { workspace: ws, hub }: ServerContext): void {
  const reply = async (): Promise<z.infer<typeof routes.diskReply>> => ({
    home: ws.home,
    free_bytes: await freeBytes(ws.home),
    reclaimable: (await findReclaimable(ws)).map(({ kind, paths, bytes }) => ({
      kind,
      items: paths.length,
      bytes,
    })),
  });

  app.openapi(routes.readDisk, async (c) => c.json(await reply(), 200));

  app.openapi(routes.reclaimDisk, async (c) => {
    await reclaim(ws, c.req.valid("json").kinds);
    hub.look();
    return c.json(await reply(), 200);
  });

  app.openapi(routes.readDiskUse, async (c) => c.json({ parts: await diskUse(ws) }, 200));

  app.openapi(routes.deleteDiskParts, async (c) => {
    await deleteParts(ws, c.req.valid("json").paths);
    hub.look();
    return c.json({ parts: await diskUse(ws) }, 200);
  });
}
