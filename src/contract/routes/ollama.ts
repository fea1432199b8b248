import { createRoute, z } from "@hono/zod-openapi";
import { errorBodySchema, errorCodes } from "../errors.ts";
import { bytesSchema, fails, json, pathPart, storage, timeSchema } from "./common.ts";

const tags = ["Ollama"];

/** Whatever the other program may have to say. */
const ollama = errorCodes.filter((code) => code.startsWith("ollama_"));

export const ollamaReply = z
  .object({
    address: z.string().nullable(),
    source: z.enum(["setting", "OLLAMA_HOST", "default"]).nullable(),
    version: z.string().nullable(),
    usable: z.boolean(),
    error: errorBodySchema.nullable().openapi({ description: "Why it cannot be used" }),
  })
  .openapi("Ollama");

export const ollamaModelReply = z
  .object({
    name: z.string(),
    address: z.string(),
    project: z.string(),
    run: z.string(),
    format: z.string(),
    ollama_version: z.string(),
    deployed_at: timeSchema,
    state: z.enum(["present", "replaced", "gone"]).openapi({
      description: "replaced: Ollama has another model of this name now; gone: it has none",
    }),
    bytes: bytesSchema.nullable(),
  })
  .openapi("OllamaModel");

export const readOllama = createRoute({
  method: "get",
  path: "/api/ollama",
  operationId: "readOllama",
  summary: "Say whether Ollama answers, where, and in which version",
  tags,
  responses: { 200: json(ollamaReply, "What was found"), ...fails(...storage) },
});

export const listOllamaModels = createRoute({
  method: "get",
  path: "/api/ollama/models",
  operationId: "listOllamaModels",
  summary: "List the models that Tunesmith put into Ollama",
  tags,
  responses: {
    200: json(z.object({ models: z.array(ollamaModelReply) }), "Newest first"),
    ...fails(...storage, ...ollama),
  },
});

export const removeOllamaModel = createRoute({
  method: "delete",
  path: "/api/ollama/models/{model}",
  operationId: "removeOllamaModel",
  summary: "Remove one of Tunesmith's models from Ollama",
  description: "A model of this name that is another's stays, and is only forgotten here.",
  tags,
  request: {
    params: z.object({ model: pathPart("Its name, with slash and colon encoded", "sky:latest") }),
  },
  responses: {
    200: json(z.object({ outcome: z.enum(["removed", "forgotten"]) }), "What was done"),
    ...fails(...storage, ...ollama),
  },
});
