import { createRoute, z } from "@hono/zod-openapi";
import { diskKinds } from "../disk-kinds.ts";
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

const diskKindSchema = z.enum(diskKinds).openapi({
  description:
    "data: examples and documents. run: adapter, GGUF, report and log. base_models: untouched " +
    "bases for the chat, made anew. models: bases that came along with runs. records: settings, " +
    "queue, measurements.",
});

const diskUseReply = z
  .object({
    parts: z.array(
      z.object({
        path: z.string().openapi({ description: "In the workspace, with forward slashes" }),
        kind: diskKindSchema,
        project: z.string().nullable().openapi({ description: "null = the workspace's own" }),
        run: z.int().nullable(),
        bytes: bytesSchema,
        safe: z.boolean().openapi({
          description: "Nothing that cannot be made anew is lost with it, and nobody works on it",
        }),
      }),
    ),
  })
  .openapi("DiskUse");

export const readDiskUse = createRoute({
  method: "get",
  path: "/api/disk/use",
  operationId: "readDiskUse",
  summary: "List every part of the workspace by project, with its size, in use or safe to delete",
  tags,
  responses: { 200: json(diskUseReply, "The parts"), ...fails(...storage) },
});

export const deleteDiskParts = createRoute({
  method: "post",
  path: "/api/disk/use/delete",
  operationId: "deleteDiskParts",
  summary: "Delete parts of the workspace for good; none where one of them is in use",
  tags,
  request: { body: jsonBody(z.strictObject({ paths: z.array(z.string()).min(1).max(1000) })) },
  responses: {
    200: json(diskUseReply, "The parts as they are now"),
    ...fails(...storage, ...body, "disk_part_in_use"),
  },
});
