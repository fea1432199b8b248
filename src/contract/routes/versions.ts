import { createRoute, z } from "@hono/zod-openapi";
import { dataVersionSchema } from "../data-version.ts";
import { body, download, fails, fileParams, json, storage, timeSchema } from "./common.ts";
import { changesReply } from "./findings.ts";
import { dataFileReply } from "./projects.ts";

const tags = ["Data"];
const count = z.int().nonnegative();
const versionParams = fileParams.extend({
  version: z
    .string()
    .regex(/^\d{1,6}$/)
    .openapi({ description: "0 = as uploaded", example: "1", param: { in: "path" } }),
});

const versionReply = z
  .object({
    version: dataVersionSchema.shape.version,
    created_at: timeSchema,
    parent: count,
    finding: dataVersionSchema.shape.finding,
    fix: dataVersionSchema.shape.fix,
    changed: count,
    left_out: count,
  })
  .openapi("DataVersion");

const earlierReply = z
  .object({ sha256: z.string(), bytes: count, added_at: timeSchema, replaced_at: timeSchema })
  .openapi("EarlierUpload");

export const listVersions = createRoute({
  method: "get",
  path: "/api/projects/{project}/data/{file}/versions",
  operationId: "listVersions",
  summary: "List the versions of a data file",
  tags,
  request: { params: fileParams },
  responses: {
    200: json(
      z.object({
        current: count.openapi({ description: "The one that counts; 0 = as uploaded" }),
        versions: z.array(versionReply),
        earlier: z.array(earlierReply).openapi({
          description: "What the file held before it was replaced, newest first",
        }),
      }),
      "Versions that fixes made, oldest first; 0, the file as uploaded, is not listed",
    ),
    ...fails(...storage),
  },
});

export const compareVersions = createRoute({
  method: "get",
  path: "/api/projects/{project}/data/{file}/versions/compare",
  operationId: "compareVersions",
  summary: "Compare two versions of a data file",
  tags,
  request: {
    params: fileParams,
    query: z.object({
      from: z.coerce.number<number>().int().min(0).default(0),
      to: z.coerce.number<number>().int().min(0),
    }),
  },
  responses: { 200: json(changesReply, "What differs"), ...fails(...storage, ...body) },
});

export const restoreVersion = createRoute({
  method: "post",
  path: "/api/projects/{project}/data/{file}/versions/{version}/restore",
  operationId: "restoreVersion",
  summary: "Let a version of a data file count from now on",
  tags,
  request: { params: versionParams },
  responses: {
    200: json(dataFileReply, "The data file"),
    ...fails(...storage, ...body, "project_training"),
  },
});

export const restoreUpload = createRoute({
  method: "post",
  path: "/api/projects/{project}/data/{file}/earlier/{sha256}/restore",
  operationId: "restoreUpload",
  summary: "Bring back what a data file held before it was replaced",
  description: "With the fixes it had. What the file holds now is kept as an earlier upload.",
  tags,
  request: {
    params: fileParams.extend({
      sha256: z
        .string()
        .regex(/^[0-9a-f]{64}$/)
        .openapi({ description: "Hash of that content", param: { in: "path" } }),
    }),
  },
  responses: {
    200: json(dataFileReply, "The data file"),
    ...fails(...storage, ...body, "project_training"),
  },
});

export const readVersion = createRoute({
  method: "get",
  path: "/api/projects/{project}/data/{file}/versions/{version}",
  operationId: "readVersion",
  summary: "Download the rows of a version as JSON lines",
  tags,
  request: { params: versionParams },
  responses: { 200: download("One conversation per line"), ...fails(...storage, ...body) },
});
