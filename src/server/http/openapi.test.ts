import { Validator } from "@seriousme/openapi-schema-validator";
import { afterAll, beforeAll, expect, test } from "vitest";
import { errorCodes } from "#contract/errors.ts";
import { routes } from "#contract/routes/index.ts";
import { statusOf } from "#contract/status.ts";
import { createHarness } from "../testing/harness.ts";
import type { Harness } from "../testing/harness.ts";
import { allRoutes } from "../testing/routes.ts";

interface Operation {
  operationId: string;
  summary: string;
  responses: Record<string, { content?: Record<string, { schema: unknown }> }>;
}
interface Document {
  openapi: string;
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, unknown> };
}

let harness: Harness;
let document: Document;
beforeAll(async () => {
  harness = await createHarness();
  document = (await harness.ask<Document>("GET", "/api/openapi.json")).json;
});
afterAll(() => harness.close());

test("the document is valid OpenAPI 3.1", async () => {
  expect(document.openapi).toBe("3.1.0");
  const result = await new Validator().validate(
    structuredClone(document) as unknown as Record<string, unknown>,
  );
  expect(result).toMatchObject({ valid: true });
});

test("every route of the contract is served and documented, under its own name", () => {
  for (const [name, route] of Object.entries(routes)) {
    expect(document.paths[route.path]?.[route.method]?.operationId).toBe(name);
  }
  const operations = Object.values(document.paths).flatMap((item) => Object.values(item));
  expect(operations).toHaveLength(allRoutes.length);
});

test("every error that a route may answer is documented under its status", () => {
  const seen = new Set<string>();
  for (const { path, method } of allRoutes) {
    const operation = document.paths[path]?.[method];
    expect(operation?.responses["403"], `${method} ${path}`).toBeDefined();
    for (const [status, { content }] of Object.entries(operation?.responses ?? {})) {
      if (Number(status) < 400) continue;
      const schema = content?.["application/json"]?.schema as {
        properties: { error: { properties: { code: { enum: string[] } } } };
      };
      const codes = schema.properties.error.properties.code.enum;
      expect(codes.length).toBeGreaterThan(0);
      for (const code of codes) {
        expect(errorCodes).toContain(code);
        expect(statusOf(code as (typeof errorCodes)[number]), code).toBe(Number(status));
        seen.add(code);
      }
    }
  }
  expect(seen.size).toBeGreaterThan(30);
});

test("references all lead somewhere, and the parameters' bounds are in it", () => {
  const text = JSON.stringify(document);
  const names = new Set(
    [...text.matchAll(/"#\/components\/schemas\/(\w+)"/g)].map(([, name]) => name),
  );
  expect(names.size).toBeGreaterThan(10);
  for (const name of names) expect(document.components.schemas).toHaveProperty([name ?? ""]);
  const project = document.components.schemas["Project"] as {
    properties: { lora_config: { properties: Record<string, unknown> } };
  };
  expect(project.properties.lora_config.properties["r"]).toMatchObject({
    minimum: 4,
    maximum: 256,
  });
});

test("the readable page names every endpoint and asks nothing of anyone", async () => {
  const reply = await harness.send("GET", "/api/docs");
  expect(reply.headers.get("content-type")).toContain("text/html");
  const text = await reply.text();
  for (const { path, method, operationId } of allRoutes) {
    expect(text).toContain(`<b>${method.toUpperCase()}</b> ${path}`);
    expect(text).toContain(`id="${operationId}"`);
  }
  for (const [, target] of text.matchAll(/href="#([^"]+)"/g))
    expect(text).toContain(`id="${target}"`);
  expect(text).not.toMatch(/<script|<link|<img|https?:\/\//);
});

test("with a token, the document says how to send it", async () => {
  const guarded = await createHarness({ access: { loopback: false, token: "t" } });
  const { json } = await guarded.ask("GET", "/api/openapi.json", {
    headers: { authorization: "Bearer t" },
  });
  expect(json).toMatchObject({
    security: [{ token: [] }],
    components: { securitySchemes: { token: { type: "http", scheme: "bearer" } } },
  });
  await guarded.close();
});
