import { createRoute, z } from "@hono/zod-openapi";
import { importedSchema } from "../archive.ts";
import type { ErrorCode } from "../errors.ts";
import { passportSchema, reproductionSchema } from "../passport.ts";
import { binary, body, fails, json, named, runParams, storage } from "./common.ts";
import { jobReply } from "./jobs.ts";
import { runReply } from "./runs.ts";

const tags = ["Passport"];
const run: ErrorCode[] = [...storage, "run_not_found", "run_spec_invalid"];

export const readPassport = createRoute({
  method: "get",
  path: "/api/projects/{project}/runs/{run}/passport",
  operationId: "readPassport",
  summary: "Read the hashes of all that a run was made from, and of what it made",
  tags,
  request: { params: runParams },
  responses: { 200: json(named("Passport", passportSchema), "The passport"), ...fails(...run) },
});

export const verifyRun = createRoute({
  method: "post",
  path: "/api/projects/{project}/runs/{run}/verify",
  operationId: "verifyRun",
  summary: "Hold every hash of a run's passport against what is there now",
  description: "The job's result says whether all are equal, and lists every check.",
  tags,
  request: { params: runParams },
  responses: { 202: json(jobReply, "The job"), ...fails(...run) },
});

export const reproduceRun = createRoute({
  method: "post",
  path: "/api/projects/{project}/runs/{run}/reproduce",
  operationId: "reproduceRun",
  summary: "Do a finished run again from its frozen parts",
  tags,
  request: { params: runParams },
  responses: {
    201: json(runReply, "The new run, queued or started"),
    ...fails(...run, "passport_unfinished", "passport_differs", "disk_full"),
  },
});

export const readReproduction = createRoute({
  method: "get",
  path: "/api/projects/{project}/runs/{run}/reproduction",
  operationId: "readReproduction",
  summary: "Compare a reproduction with the run that it repeats",
  tags,
  request: { params: runParams },
  responses: {
    200: json(named("Reproduction", reproductionSchema), "What is equal, and what is not"),
    ...fails(...run, "passport_unfinished"),
  },
});

export const exportArchive = createRoute({
  method: "get",
  path: "/api/projects/{project}/runs/{run}/archive",
  operationId: "exportArchive",
  summary: "Download a whole run, also an unfinished one, to move it to another machine",
  description: "A tar archive with the hash of every file in it, made while it is sent.",
  tags,
  request: {
    params: runParams,
    query: z.object({
      base: z.stringbool().default(false).openapi({
        type: "boolean",
        description: "With the base model",
      }),
    }),
  },
  responses: {
    200: { description: "The archive", content: { "application/x-tar": { schema: binary } } },
    ...fails(...run, ...body, "run_active", "model_not_found"),
  },
});

export const importArchive = createRoute({
  method: "put",
  path: "/api/imports",
  operationId: "importArchive",
  summary: "Bring in a run that was exported",
  description:
    "Nothing is kept unless every file has its hash, and nothing that is here is overwritten.",
  tags,
  request: {
    body: { required: true, content: { "application/octet-stream": { schema: binary } } },
  },
  responses: {
    201: json(named("Imported", importedSchema), "Where it is now"),
    ...fails(
      ...run,
      "archive_invalid",
      "archive_exists",
      "archive_hash",
      "model_changed",
      "disk_full",
    ),
  },
});
