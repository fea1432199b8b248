import { serveStatic } from "@hono/node-server/serve-static";
import type { Context } from "hono";
import { AppError } from "#contract/errors.ts";

/** A file as a download under a name of its own; ranges are served, so that a download can go on. */
export async function sendFile(c: Context, path: string, name: string): Promise<Response> {
  const reply = await serveStatic({ path })(c, () => Promise.resolve());
  if (!reply) throw new AppError("not_found", { what: "file", name });
  reply.headers.set("Accept-Ranges", "bytes");
  reply.headers.set("Content-Type", "application/octet-stream");
  reply.headers.set("Cache-Control", "no-store");
  reply.headers.set("Content-Disposition", attachment(name));
  return reply;
}

/** RFC 6266: a plain name for old readers, and the full one in UTF-8. */
export function attachment(name: string): string {
  const plain = name.replace(/[^\w.-]/g, "_");
  return `attachment; filename="${plain}"; filename*=UTF-8''${encodeURIComponent(name)}`;
}
