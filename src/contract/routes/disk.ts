import { createRoute, z } from "@hono/zod-openapi";
import { body, bytesSchema, fails, json, jsonBody, storage } from "./common.ts";

const tags = ["System"];

const reclaimKindSchema = z
  .enum(["trash", "checkpoints", "merged", "tokens", "leftovers"])
  .openapi({
    description:
      "trash: deleted projects and runs. checkpoints, merged: of finished runs, whose adapter and " +
      "GGUF stay. tokens: rows in tokens, made anew when needed. " +
      "leftovers: what a crash left half-made.",
  });

export const diskReply = z
  .object({
    home: z.string(),
    free_bytes: bytesSchema.openapi({ description: "Free on its disk" }),
    reclaimable: z.array(
      z.object({
        kind: reclaimKindSchema,
        items: z.int().nonnegative(),
        bytes: bytesSchema.openapi({ description: "What deleting it would free" }),
      }),
    ),
  })
  .openapi("Disk");

export const readDisk = createRoute({
  method: "get",
  path: "/api/disk",
  operationId: "readDisk",
  summary: "Say what of the workspace is safe to delete, and by how much",
  tags,
  responses: { 200: json(diskReply, "The disk"), ...fails(...storage) },
});

export const reclaimDisk = createRoute({
  method: "post",
  path: "/api/disk/reclaim",
  operationId: "reclaimDisk",
  summary: "Delete for good what is safe to delete",
  tags,
  request: { body: jsonBody(z.strictObject({ kinds: z.array(reclaimKindSchema).min(1) })) },
  responses: { 200: json(diskReply, "The disk as it is now"), ...fails(...storage, ...body) },
});
