import type { Hook } from "@hono/zod-openapi";
import type { Context, Env } from "hono";
import type { z } from "zod";
import { AppError } from "#contract/errors.ts";
import { nearest } from "#contract/parameters/nearest.ts";
import { sections } from "#contract/parameters/types.ts";
import { validateSection } from "#contract/parameters/validate.ts";
import { routes } from "#contract/routes/index.ts";

type Issue = z.core.$ZodIssue;

/** Turns what a route's schema refuses into an AppError that names field, limit and value. */
export const refuseInvalid: Hook<unknown, Env, string, void> = (result, c) => {
  if (result.success) return;
  const [issue] = result.error.issues;
  const data = (result as unknown as { data: unknown }).data;
  refuseSections(data);
  if (issue) throw refusal(issue, data, knownKeys(c, issue));
};

/** The parameters' own check gives the better sentence: it knows units, options and neighbours. */
function refuseSections(data: unknown): void {
  if (!isObject(data)) return;
  for (const section of sections) {
    const values = data[section];
    if (values !== undefined && values !== null) validateSection(section, values);
  }
}

function refusal(issue: Issue, data: unknown, known: string[]): AppError {
  const field = issue.path.join(".");
  const value = shown(valueAt(data, issue.path));
  switch (issue.code) {
    case "unrecognized_keys": {
      const key = [...issue.path, issue.keys[0] ?? ""].join(".");
      const match = nearest(issue.keys[0] ?? "", known);
      return match === undefined
        ? new AppError("parameter_unknown_no_match", { field: key })
        : new AppError("parameter_unknown", { field: key, nearest: match });
    }
    case "too_small":
    case "too_big":
      return new AppError("parameter_range", { field, limit: limit(issue), value });
    case "invalid_value": {
      const options = issue.values.map(String).join(", ");
      return new AppError("parameter_option", { field, options, value });
    }
    case "invalid_type": {
      const expected = typeWords[issue.expected] ?? issue.expected;
      return new AppError("parameter_type", { field: field || "the body", expected, value });
    }
    default:
      return new AppError("bad_request", { detail: `${field || "the body"}: ${issue.message}` });
  }
}

const typeWords: Record<string, string> = {
  string: "text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "an object",
  record: "an object",
};

function limit(issue: Extract<Issue, { code: "too_small" | "too_big" }>): string {
  const [words, bound] =
    issue.code === "too_small"
      ? [issue.inclusive === false ? "above" : "at least", issue.minimum]
      : [issue.inclusive === false ? "below" : "at most", issue.maximum];
  const units: Record<string, string> = { string: " characters long", array: " entries long" };
  const unit = units[issue.origin] ?? "";
  return `${words} ${String(bound)}${unit}`;
}

/** The keys that a body of this route may have; empty where the fault is not at its top. */
function knownKeys(c: Context, issue: Issue): string[] {
  if (issue.code !== "unrecognized_keys" || issue.path.length > 0) return [];
  const route = Object.values(routes).find(
    (route) =>
      route.method === c.req.method.toLowerCase() && route.getRoutingPath() === c.req.routePath,
  );
  const { body } = (route && "request" in route ? route.request : {}) as {
    body?: { content: Record<string, { schema: { shape?: object } }> };
  };
  return Object.keys(body?.content["application/json"]?.schema.shape ?? {});
}

function valueAt(data: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) => (isObject(value) ? value[key as string] : undefined),
    data,
  );
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? "nothing";
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === "object";
}
