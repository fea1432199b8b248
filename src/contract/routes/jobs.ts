import { createRoute, z } from "@hono/zod-openapi";
import { errorBodySchema } from "../errors.ts";
import { fails, json, pathPart, timeSchema } from "./common.ts";

const tags = ["Jobs"];

/** Something long that the server does beside the runs: installing the engine, deploying, downloading. */
export const jobReply = z
  .object({
    id: z.string(),
    kind: z.enum([
      "engine_install",
      "deploy",
      "base_model",
      "verify",
      "check_data",
      "find_faults",
      "fix_data",
      "draft_rows",
      "model_download",
      "dataset_download",
    ]),
    project: z.string().nullable(),
    run: z.string().nullable(),
    subject: z
      .string()
      .nullable()
      .openapi({ description: "What else it is about, such as a model's name on the hub" }),
    status: z.enum(["running", "finished", "failed", "cancelled"]),
    step: z.string().nullable().openapi({ description: "What it is doing" }),
    note: z.string().nullable().openapi({ description: "More of that, such as a package's name" }),
    done: z.number().nullable(),
    total: z.number().nullable(),
    unit: z.string().nullable(),
    rate: z.number().nullable().openapi({ description: "Units per second, lately" }),
    started_at: timeSchema,
    ended_at: timeSchema.nullable(),
    error: errorBodySchema.nullable(),
    result: z.record(z.string(), z.unknown()).nullable(),
  })
  .openapi("Job");
export type Job = z.infer<typeof jobReply>;

const params = z.object({ job: pathPart("The job's id", "deploy-1") });

export const listJobs = createRoute({
  method: "get",
  path: "/api/jobs",
  operationId: "listJobs",
  summary: "List what the server does, or did since its start",
  tags,
  responses: { 200: json(z.object({ jobs: z.array(jobReply) }), "Newest first"), ...fails() },
});

export const readJob = createRoute({
  method: "get",
  path: "/api/jobs/{job}",
  operationId: "readJob",
  summary: "Read a job",
  tags,
  request: { params },
  responses: { 200: json(jobReply, "The job"), ...fails("not_found") },
});

export const cancelJob = createRoute({
  method: "post",
  path: "/api/jobs/{job}/cancel",
  operationId: "cancelJob",
  summary: "Stop a job",
  tags,
  request: { params },
  responses: { 202: json(jobReply, "The job, which ends soon"), ...fails("not_found") },
});
