import { createRoute, z } from "@hono/zod-openapi";
import { changesSchema } from "../data-version.ts";
import { findingSchema } from "../finding-report.ts";
import { findingCodes, fixCodes } from "../findings.ts";
import {
  body,
  fails,
  json,
  jsonBody,
  named,
  projectParams,
  storage,
  timeSchema,
} from "./common.ts";
import { jobReply } from "./jobs.ts";

const tags = ["Data"];

const findingReply = named("Finding", findingSchema);
export const changesReply = named(
  "Changes",
  changesSchema.omit({ leftOut: true, broughtBack: true }).extend({
    left_out: changesSchema.shape.leftOut,
    brought_back: changesSchema.shape.broughtBack,
  }),
);

export const reportReply = z
  .object({
    created_at: timeSchema,
    seconds: z.number(),
    rows: z.int(),
    tokens_counted: z.boolean(),
    findings: z.array(findingReply),
  })
  .openapi("FindingReport");

export const readFindings = createRoute({
  method: "get",
  path: "/api/projects/{project}/findings",
  operationId: "readFindings",
  summary: "Read what the doctor found in a project's data",
  tags,
  request: { params: projectParams },
  responses: {
    200: json(
      z.object({
        state: z.enum(["current", "stale", "none"]).openapi({
          description:
            "stale: data or settings have changed since; none: nobody has looked yet. Both are " +
            "mended by looking (POST).",
        }),
        report: reportReply.nullable(),
      }),
      "The last report, worst findings first",
    ),
    ...fails(...storage),
  },
});

export const lookForFindings = createRoute({
  method: "post",
  path: "/api/projects/{project}/findings",
  operationId: "lookForFindings",
  summary: "Look through a project's data for faults",
  description: "A job with progress in bytes; its end makes the report current.",
  tags,
  request: { params: projectParams },
  responses: { 202: json(jobReply, "The job"), ...fails(...storage) },
});

const fixBody = z.object({
  finding: z.enum(findingCodes),
  fix: z.enum(fixCodes),
  rows: z
    .array(z.object({ file: z.string(), line: z.int().positive() }))
    .optional()
    .openapi({ description: "Only these of the finding's rows; absent = all of them" }),
});

export const previewFix = createRoute({
  method: "post",
  path: "/api/projects/{project}/findings/preview",
  operationId: "previewFix",
  summary: "Show what a fix would change; nothing is saved",
  tags,
  request: { params: projectParams, body: jsonBody(fixBody) },
  responses: {
    200: json(changesReply, "What it would change, with the first rows before and after"),
    ...fails(...storage, ...body, "findings_stale", "fix_unsuitable"),
  },
});

export const applyFix = createRoute({
  method: "post",
  path: "/api/projects/{project}/findings/fix",
  operationId: "applyFix",
  summary: "Fix a finding",
  description:
    "Each data file concerned gets a new version, which counts from then on; the uploaded file stays " +
    "as it is. The job's result holds the versions: {versions: {file: number}}. Look again afterwards.",
  tags,
  request: { params: projectParams, body: jsonBody(fixBody) },
  responses: {
    202: json(jobReply, "The job"),
    ...fails(...storage, ...body, "findings_stale", "fix_unsuitable", "project_training"),
  },
});
