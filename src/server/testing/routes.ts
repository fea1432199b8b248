import type { z } from "@hono/zod-openapi";
import { routes } from "#contract/routes/index.ts";

interface Response {
  content?: Record<string, { schema?: z.ZodType }>;
}
export interface AnyRoute {
  method: string;
  path: string;
  operationId: string;
  responses: Record<string, Response>;
}

export const allRoutes = Object.values(routes) as unknown as AnyRoute[];

/** The route that answers a request; one without placeholders goes before one with. */
export function routeOf(method: string, path: string): AnyRoute | undefined {
  return allRoutes
    .filter((route) => route.method.toUpperCase() === method)
    .sort((a, b) => a.path.split("{").length - b.path.split("{").length)
    .find((route) => patternOf(route).test(path));
}

const patternOf = ({ path }: AnyRoute) =>
  new RegExp(`^${path.replace(/\{\w+\}/g, "[^/]+").replaceAll(".", "\\.")}$`);
