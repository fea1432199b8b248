import { existsSync } from "node:fs";
import { join } from "node:path";
import { serveStatic } from "@hono/node-server/serve-static";
import type { OpenAPIHono } from "@hono/zod-openapi";
import type { Context } from "hono";
import { html } from "hono/html";
import { plainPage } from "./plain-page.ts";

const year = 60 * 60 * 24 * 365;

/**
 * Serves the built page from `root`. Files of `assets/` bear a hash in their names and are kept by
 * browsers; addresses of the page's own get index.html. Where nothing is built, a page says so.
 */
export function servePage(app: OpenAPIHono, root: string): void {
  const index = join(root, "index.html");
  if (!existsSync(index)) {
    app.get("/*", (c, next) => (isFile(c) || isApi(c) ? next() : notBuilt(c)));
    return;
  }
  const files = serveStatic({ root, precompressed: true });
  const page = serveStatic({ path: index, precompressed: true });
  const nothing = () => Promise.resolve();
  app.get("/*", async (c, next) => {
    const file = isApi(c) ? undefined : await files(c, nothing);
    if (file) {
      const hashed = c.req.path.startsWith("/assets/");
      return keptAs(file, hashed ? `public, max-age=${year}, immutable` : "no-cache");
    }
    const start = isFile(c) || isApi(c) ? undefined : await page(c, nothing);
    return start ? keptAs(start, "no-cache") : next();
  });
}

function keptAs(reply: Response, cache: string): Response {
  reply.headers.set("Cache-Control", cache);
  return reply;
}

const isApi = (c: Context) => c.req.path.startsWith("/api/");

/** A path that names a file, so that a missing script is a 404 and not the page. */
function isFile(c: Context): boolean {
  return /\.\w+$/.test(c.req.path) && !c.req.header("accept")?.includes("text/html");
}

function notBuilt(c: Context) {
  return c.html(
    plainPage(
      "en",
      "Tunesmith",
      html`<h1>Tunesmith is running</h1>
        <p>
          The page in the browser is not built in this copy. Everything works in the terminal (<code
            >tunesmith --help</code
          >) and over HTTP:
        </p>
        <ul>
          <li><a href="/api/docs">What the API offers</a></li>
          <li><a href="/api/openapi.json">The same for programs, as OpenAPI 3.1</a></li>
          <li><a href="/api/projects">Your projects</a></li>
        </ul>`,
    ),
  );
}
