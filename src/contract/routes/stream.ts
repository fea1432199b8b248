import { createRoute, z } from "@hono/zod-openapi";
import { runEventSchema } from "../events.ts";
import { eventStream, fails } from "./common.ts";
import { jobReply } from "./jobs.ts";

/** The data of one message of the event stream. */
export const streamMessageSchema = z
  .discriminatedUnion("type", [
    /** First on every connection: from here on nothing is missed. */
    z.object({ type: z.literal("hello"), version: z.string() }),
    z.object({
      type: z.literal("run.event"),
      project: z.string(),
      run: z.string(),
      event: runEventSchema,
    }),
    z.object({ type: z.literal("run.added"), project: z.string(), run: z.string() }),
    z.object({ type: z.literal("run.removed"), project: z.string(), run: z.string() }),
    /** Settings or data changed, by whomever. */
    z.object({ type: z.literal("project.changed"), project: z.string() }),
    z.object({ type: z.literal("project.added"), project: z.string() }),
    z.object({ type: z.literal("project.removed"), project: z.string() }),
    z.object({ type: z.literal("settings.changed") }),
    z.object({ type: z.literal("job"), job: jobReply }),
  ])
  .openapi("StreamMessage");
export type StreamMessage = z.infer<typeof streamMessageSchema>;

export const streamEvents = createRoute({
  method: "get",
  path: "/api/events",
  operationId: "streamEvents",
  summary: "Follow everything that happens, one stream per tab",
  description:
    "Server-sent events without names; the JSON in `data` bears its type. Ids come from the event " +
    "files: with Last-Event-ID, a connection gets every run event that it missed, also after a " +
    "restart of the server. An event may come twice around a break; its seq tells.",
  tags: ["Events"],
  request: {
    headers: z.object({
      "last-event-id": z.string().max(4000).optional().openapi({
        description: "The id of the last message that arrived; browsers send it by themselves",
      }),
    }),
    query: z.object({
      after: z.string().max(4000).optional().openapi({
        description: "The same for clients that cannot set the header",
      }),
    }),
  },
  responses: { 200: eventStream(streamMessageSchema, "Messages without end"), ...fails() },
});
