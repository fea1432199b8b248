import { createRoute, z } from "@hono/zod-openapi";
import { body, fails, json, jsonBody, runParams, storage, timeSchema } from "./common.ts";

const tags = ["Queue"];

const waiting = z
  .object({
    project: z.string(),
    project_name: z.string(),
    run: z.string(),
    number: z.int().positive(),
    position: z.int().positive().openapi({ description: "1 = next" }),
    held: z.boolean().openapi({ description: "Stays where it is until it is released" }),
    resumes: z.boolean().openapi({ description: "It has begun before and goes on" }),
    queued_at: timeSchema.nullable(),
  })
  .openapi("WaitingRun");

export const queueReply = z
  .object({
    running: z.array(
      z.object({
        project: z.string(),
        project_name: z.string(),
        run: z.string(),
        number: z.int().positive(),
      }),
    ),
    waiting: z.array(waiting),
  })
  .openapi("Queue");

export const readQueue = createRoute({
  method: "get",
  path: "/api/queue",
  operationId: "readQueue",
  summary: "List what is running and what waits, the next one first",
  tags,
  responses: { 200: json(queueReply, "The queue"), ...fails(...storage) },
});

export const changeQueued = createRoute({
  method: "patch",
  path: "/api/queue/{project}/{run}",
  operationId: "changeQueued",
  summary: "Move a waiting run to another place, hold it, or release it",
  tags,
  request: {
    params: runParams,
    body: jsonBody(
      z.strictObject({
        position: z.int().positive().optional().openapi({ description: "1 = next" }),
        held: z.boolean().optional(),
      }),
    ),
  },
  responses: {
    200: json(queueReply, "The queue as it is now"),
    ...fails(...storage, ...body, "run_not_queued"),
  },
});

export const removeQueued = createRoute({
  method: "delete",
  path: "/api/queue/{project}/{run}",
  operationId: "removeQueued",
  summary: "Take a waiting run out of the queue; it can be resumed later",
  tags,
  request: { params: runParams },
  responses: {
    200: json(queueReply, "The queue as it is now"),
    ...fails(...storage, "run_not_queued", "run_not_found", "run_spec_invalid"),
  },
});
