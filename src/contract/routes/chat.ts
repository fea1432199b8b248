import { createRoute, z } from "@hono/zod-openapi";
import { messageSchema } from "../dataset.ts";
import { errorBodySchema } from "../errors.ts";
import { sectionSchema } from "../parameters/registry.ts";
import { body, eventStream, fails, jsonBody, runParams, storage } from "./common.ts";

/** What a chat's reply is made of, in this order: tokens, then either done or error. */
export const chatEventSchema = z
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

export const chat = createRoute({
  method: "post",
  path: "/api/projects/{project}/runs/{run}/chat",
  operationId: "chat",
  summary: "Let a run's model answer",
  description:
    "Without Ollama, by the GGUF itself. Tokens come as they are made; closing the connection stops " +
    "the answer. `modelfile_config` replaces single values of the run's for this answer.",
  tags: ["Chat"],
  request: {
    params: runParams,
    body: jsonBody(
      z.strictObject({
        messages: z.array(messageSchema).min(1).max(1000),
        modelfile_config: sectionSchema("modelfile_config").optional(),
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
      "engine_missing",
      "python_failed",
    ),
  },
});
