import { createRoute, z } from "@hono/zod-openapi";
import { messageSchema } from "../dataset.ts";
import { errorBodySchema, errorCodes } from "../errors.ts";
import { sectionSchema } from "../parameters/registry.ts";
import {
  body,
  bytesSchema,
  eventStream,
  fails,
  json,
  jsonBody,
  pathPart,
  runParams,
  storage,
} from "./common.ts";
import { jobReply } from "./jobs.ts";

/** What a chat's reply is made of, in this order: tokens, then either done or error. */
const chatEventSchema = z
  .discriminatedUnion("type", [
    z.object({ type: z.literal("token"), text: z.string() }),
    z.object({
      type: z.literal("done"),
      reason: z.enum(["stop", "length", "cancelled"]),
      tokens: z.int().nonnegative(),
      prompt_tokens: z.int().nonnegative(),
      seconds: z.number(),
    }),
    z.object({ type: z.literal("error"), error: errorBodySchema }),
  ])
  .openapi("ChatEvent");
export type ChatEvent = z.infer<typeof chatEventSchema>;

const messagesSchema = z.array(messageSchema).min(1).max(1000);

export const chat = createRoute({
  method: "post",
  path: "/api/projects/{project}/runs/{run}/chat",
  operationId: "chat",
  summary: "Let a run's model answer",
  description:
    "Without Ollama, by the GGUF itself. Tokens come as they are made; closing the connection stops " +
    "the answer. `modelfile_config` replaces single values of the run's for this answer. The base " +
    "answers with the same settings, once it was made ready.",
  tags: ["Chat"],
  request: {
    params: runParams,
    body: jsonBody(
      z.strictObject({
        messages: messagesSchema,
        modelfile_config: sectionSchema("modelfile_config").optional(),
        model: z.enum(["tuned", "base"]).default("tuned"),
      }),
    ),
  },
  responses: {
    200: eventStream(chatEventSchema, "The answer"),
    ...fails(
      ...storage,
      ...body,
      "run_not_found",
      "chat_no_model",
      "chat_no_base",
      "engine_missing",
      "python_failed",
    ),
  },
});

const baseModelReply = z
  .object({
    ready: z.boolean(),
    format: z.string(),
    bytes: bytesSchema.nullable(),
    needed_bytes: bytesSchema.openapi({ description: "Room that making it takes at its peak" }),
    free_bytes: bytesSchema,
  })
  .openapi("BaseModel");

export const readBaseModel = createRoute({
  method: "get",
  path: "/api/projects/{project}/runs/{run}/base",
  operationId: "readBaseModel",
  summary: "Say whether the untouched base can answer beside the tuned model",
  tags: ["Chat"],
  request: { params: runParams },
  responses: {
    200: json(baseModelReply, "What there is"),
    ...fails(...storage, "run_not_found", "run_spec_invalid", "chat_no_model"),
  },
});

export const makeBaseModel = createRoute({
  method: "post",
  path: "/api/projects/{project}/runs/{run}/base",
  operationId: "makeBaseModel",
  summary: "Make the untouched base ready for the chat",
  description: "It is converted once and kept for all runs of that base, template and format.",
  tags: ["Chat"],
  request: { params: runParams },
  responses: {
    202: json(jobReply, "The job"),
    ...fails(...storage, "run_not_found", "run_spec_invalid", "chat_no_model", "disk_full"),
  },
});

export const chatInOllama = createRoute({
  method: "post",
  path: "/api/ollama/models/{model}/chat",
  operationId: "chatInOllama",
  summary: "Let one of Tunesmith's models answer as Ollama serves it",
  tags: ["Ollama"],
  request: {
    params: z.object({ model: pathPart("Its name, with slash and colon encoded", "sky:latest") }),
    body: jsonBody(z.strictObject({ messages: messagesSchema })),
  },
  responses: {
    200: eventStream(chatEventSchema, "The answer"),
    ...fails(...storage, ...body, ...errorCodes.filter((code) => code.startsWith("ollama_"))),
  },
});
