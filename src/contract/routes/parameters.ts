import { createRoute, z } from "@hono/zod-openapi";
import { sections } from "../parameters/types.ts";
import { fails, json, sectionsSchema, storage } from "./common.ts";

const tags = ["Parameters"];
const scalar = z.union([z.string(), z.number(), z.boolean()]);
const value = z.union([scalar, z.array(z.string())]);

/** One row of the parameter registry. */
export const parameterReply = z
  .object({
    key: z.string(),
    section: z.enum(sections),
    type: z.enum(["int", "float", "bool", "string", "strings"]),
    default: z
      .object({
        kind: z.enum(["fixed", "device", "automatic"]).openapi({
          description: "automatic = chosen from the device, the model or the rows",
        }),
        cuda: value.nullable(),
        cpu: value.nullable(),
      })
      .openapi({ description: "null = unset" }),
    control: z.enum(["number", "select", "switch", "textarea", "tags", "checkboxes"]),
    minimum: z.number().optional(),
    minimum_exclusive: z.boolean().optional(),
    maximum: z.number().optional(),
    max_length: z.number().optional(),
    step: z.number().optional(),
    scale: z.enum(["linear", "log"]).optional(),
    options: z.array(scalar).optional(),
    group: z.string(),
    tier: z.union([z.literal(1), z.literal(2), z.literal(3)]),
    unit: z.string().optional(),
    applies_when: z.object({ key: z.string(), is: z.array(value) }).optional(),
    destination: z.enum(["trainer", "exporter", "ollama"]),
    warn_above: z.number().optional(),
  })
  .openapi("Parameter");

export const listParameters = createRoute({
  method: "get",
  path: "/api/parameters",
  operationId: "listParameters",
  summary: "List every parameter",
  tags,
  responses: {
    200: json(z.object({ parameters: z.array(parameterReply) }), "In the order of the forms"),
    ...fails(),
  },
});

export const listPresets = createRoute({
  method: "get",
  path: "/api/presets",
  operationId: "listPresets",
  summary: "List the presets",
  tags,
  request: {
    query: z.object({
      project: z.string().min(1).optional().openapi({
        description: "The project for whose model and rows one preset is recommended",
      }),
    }),
  },
  responses: {
    200: json(
      z.object({
        presets: z.array(
          sectionsSchema.omit({ modelfile_config: true }).extend({ name: z.string() }),
        ),
        recommended: z.string(),
      }),
      "The presets, and which one suits this machine",
    ),
    ...fails(...storage),
  },
});
