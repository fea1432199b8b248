import { z } from "zod";
import { runEventBodySchema } from "#contract/events.ts";
import { allParameters, sectionSchema } from "#contract/parameters/registry.ts";
import { sections } from "#contract/parameters/types.ts";
import type { Parameter } from "#contract/parameters/types.ts";
import { runSpecSchema } from "#contract/run.ts";

type JsonSchema = Record<string, unknown>;

/** The schemas that the trainer checks its side against, by file name. */
export function schemaFiles(): Record<string, string> {
  return {
    "run.schema.json": file("A run's frozen spec: run.json", toJsonSchema(runSpecSchema)),
    "events.schema.json": file("One line of trainer.jsonl or events.jsonl", eventSchema()),
    "parameters.schema.json": file("The four sections of settings, as stored", parameterSchema()),
  };
}

const toJsonSchema = (schema: z.ZodType): JsonSchema => z.toJSONSchema(schema) as JsonSchema;

/** The runner adds three fields to what the trainer writes; the trainer's lines lack them. */
function eventSchema(): JsonSchema {
  const schema = toJsonSchema(runEventBodySchema) as { oneOf: { properties: object }[] };
  const count = { type: "integer", minimum: 1 };
  const offset = { type: "integer", minimum: 0 };
  for (const { properties } of schema.oneOf) {
    Object.assign(properties, { seq: count, attempt: count, offset });
  }
  return schema;
}

/** Bounds and options of every parameter, with what a form or a test needs beside them. */
function parameterSchema(): JsonSchema {
  const all = z.object(
    Object.fromEntries(sections.map((section) => [section, sectionSchema(section).optional()])),
  );
  const schema = withoutDialect(toJsonSchema(all));
  return {
    ...schema,
    $defs: { parameters: Object.fromEntries(allParameters.map(describe)) },
  };
}

function describe(parameter: Parameter): [string, JsonSchema] {
  const { schema: _schema, ...plain } = parameter;
  return [`${parameter.section}.${parameter.key}`, plain];
}

function withoutDialect({ $schema: _dialect, ...schema }: JsonSchema): JsonSchema {
  return schema;
}

function file(title: string, schema: JsonSchema): string {
  const dialect = "https://json-schema.org/draft/2020-12/schema";
  const { $schema: _dialect, ...rest } = schema;
  return `${JSON.stringify({ $schema: dialect, title, ...rest }, null, 2)}\n`;
}
