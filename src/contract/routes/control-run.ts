import { createRoute, z } from "@hono/zod-openapi";
import { body, fails, json, jsonBody, runParams } from "./common.ts";
import { runFaults as run, runReply } from "./runs.ts";

const tags = ["Runs"];

const wish = (name: "cancel" | "pause" | "restart", summary: string) =>
  ({
    method: "post",
    path: `/api/projects/{project}/runs/{run}/${name}`,
    operationId: `${name}Run`,
    summary,
    description: "Returns at once; an event tells when it has happened.",
    tags,
    request: { params: runParams },
    responses: {
      202: json(runReply, "The run, and the wish in its state as soon as it is read"),
      ...fails(...run, "run_not_active"),
    },
  }) as const;
export const cancelRun = createRoute(
  wish("cancel", "Ask for a stop at the next safe point; a checkpoint is left"),
);
export const pauseRun = createRoute(wish("pause", "Ask for a pause at the next safe point"));
export const restartRun = createRoute(
  wish("restart", "End the trainer, which may be stalled, and start it from the last checkpoint"),
);

const resumeBody = z.strictObject({
  learning_rate: z.number().optional().openapi({
    description: "Of the steps behind the checkpoint; such a run no longer equals one without it",
  }),
  allow_4bit: z.literal(true).optional().openapi({
    description: "Consent to load the weights in 4 bits; before the first step alone",
  }),
});

export const resumeRun = createRoute({
  method: "post",
  path: "/api/projects/{project}/runs/{run}/resume",
  operationId: "resumeRun",
  summary: "Go on with a run that failed or was cancelled, paused or interrupted",
  description:
    "Without a body it goes on as it was. With another learning rate it goes on from the checkpoint " +
    "that it offers, else from its last one; that is noted in its changes.",
  tags,
  request: {
    params: runParams,
    body: { required: false, content: jsonBody(resumeBody).content },
  },
  responses: {
    202: json(runReply, "The run"),
    ...fails(
      ...run,
      ...body,
      "run_trained",
      "four_bit_too_late",
      "four_bit_unavailable",
      "run_active",
      "run_not_active",
      "run_locked",
      "project_training",
      "engine_missing",
    ),
  },
});

export const deleteRun = createRoute({
  method: "delete",
  path: "/api/projects/{project}/runs/{run}",
  operationId: "deleteRun",
  summary: "Move a run into the trash, or delete it for good",
  tags,
  request: {
    params: runParams,
    query: z.object({
      for_good: z.stringbool().default(false).openapi({
        type: "boolean",
        description: "Free its room at once; it cannot be brought back",
      }),
    }),
  },
  responses: { 204: { description: "It is deleted" }, ...fails(...run, ...body, "run_active") },
});
