import type { OpenAPIHono } from "@hono/zod-openapi";

const description = `
Everything that the page and the terminal can do.

Keys of requests, projects, data, settings and jobs are snake_case. A run's spec, state, report,
curve and events are the documents of its run directory and are spelled as they stand there. In the
four sections of parameters, null or absent means: use the default.

Errors are \`{"error": {"code", "params", "message"}}\`. The code is one of a closed set; the message
is in English, or in German where Accept-Language asks for it.
`.trim();

/** The OpenAPI 3.1 document of all routes that are mounted on `app`. */
export function openApiDocument(app: OpenAPIHono, version: string, token: boolean) {
  return app.getOpenAPI31Document({
    openapi: "3.1.0",
    info: {
      title: "Tunesmith",
      version,
      description,
      license: { name: "Apache-2.0" },
    },
    servers: [{ url: "/" }],
    ...(token ? { security: [{ token: [] }] } : {}),
  });
}

/** Says how a token is sent, for a server that asks for one. */
export function describeToken(app: OpenAPIHono): void {
  app.openAPIRegistry.registerComponent("securitySchemes", "token", {
    type: "http",
    scheme: "bearer",
    description: "The token that the server printed at its start",
  });
}
