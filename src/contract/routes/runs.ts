import { createRoute, z } from "@hono/zod-openapi";
import { comparisonSchema } from "../comparison.ts";
import { errorBodySchema } from "../errors.ts";
import { runEventSchema } from "../events.ts";
import { passportSchema } from "../passport.ts";
import {
  curvePointSchema,
  reportSchema,
  runSpecSchema,
  runStateSchema,
  runStatusSchema,
} from "../run.ts";
import { runChangeSchema } from "../run-changes.ts";
import type { ErrorCode } from "../errors.ts";
import {
  body,
  bytesSchema,
  fails,
  json,
  named,
  projectParams,
  runParams,
  storage,
} from "./common.ts";

const tags = ["Runs"];
/** What keeps a run from being read. */
export const runFaults: ErrorCode[] = [...storage, "run_not_found", "run_spec_invalid"];

const parts = ["gguf", "modelfile", "adapter", "merged", "report", "log"] as const;

export const runPartReply = z
  .object({
    part: z.enum(parts),
    name: z.string().openapi({ description: "The name that its download bears" }),
    bytes: bytesSchema,
  })
  .openapi("RunPart");

/**
 * Spec, state and report are the run directory's own documents and keep their spelling; docs of the
 * run directory explain them.
 */
export const runReply = z
  .object({
    project: z.string(),
    id: z.string(),
    number: z.int().positive(),
    spec: named("RunSpec", runSpecSchema),
    state: named("RunState", runStateSchema),
  })
  .openapi("Run");
export type RunReply = z.infer<typeof runReply>;

const runOfferSchema = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("learning_rate"),
    failedStep: z.number(),
    step: z.number().nullable().openapi({ description: "Of the checkpoint; null = begin anew" }),
    learningRate: z.number(),
    suggested: z.number(),
  }),
  z.object({ kind: z.literal("four_bit") }),
]);

const runDetailReply = runReply
  .extend({
    report: named("Report", reportSchema).nullable(),
    changes: z.array(named("RunChange", runChangeSchema)).openapi({
      description: "What was changed since it was frozen; spec says what it began with",
    }),
    offer: runOfferSchema.nullable().openapi({
      description: "What a run that stopped by itself offers to go on with",
    }),
    tried_in_ollama: z.boolean().openapi({ description: "There is a proof to be read" }),
    reproduces: passportSchema.shape.run.nullable().openapi({
      description: "The run that this one repeats",
    }),
    files: z.array(runPartReply),
    bytes: bytesSchema.openapi({ description: "What deleting the run would free" }),
  })
  .openapi("RunDetail");

const listReply = z.object({
  runs: z.array(runReply),
  problems: z.array(errorBodySchema).openapi({
    description: "Run folders that could not be read; none is deleted",
  }),
});

export const listAllRuns = createRoute({
  method: "get",
  path: "/api/runs",
  operationId: "listAllRuns",
  summary: "List the runs of all projects, newest first",
  tags,
  request: {
    query: z.object({
      status: z
        .string()
        .optional()
        .openapi({
          description: `One or more of ${runStatusSchema.options.join(", ")}; by commas`,
        }),
      limit: z.coerce.number<number>().int().min(1).max(1000).default(100),
    }),
  },
  responses: { 200: json(listReply, "The runs"), ...fails(...storage, ...body) },
});

export const listRuns = createRoute({
  method: "get",
  path: "/api/projects/{project}/runs",
  operationId: "listRuns",
  summary: "List a project's runs, newest first",
  tags,
  request: { params: projectParams },
  responses: { 200: json(listReply, "The runs"), ...fails(...storage) },
});

export const readRun = createRoute({
  method: "get",
  path: "/api/projects/{project}/runs/{run}",
  operationId: "readRun",
  summary: "Read a run with its report and files",
  tags,
  request: { params: runParams },
  responses: { 200: json(runDetailReply, "The run"), ...fails(...runFaults) },
});

export const readRunSizes = createRoute({
  method: "get",
  path: "/api/projects/{project}/sizes",
  operationId: "readRunSizes",
  summary: "Say how much room each run of a project takes",
  tags,
  request: { params: projectParams },
  responses: {
    200: json(
      z.object({ runs: z.array(z.object({ id: z.string(), bytes: bytesSchema })) }),
      "Bytes of each run's folder",
    ),
    ...fails(...storage),
  },
});

export const compareRuns = createRoute({
  method: "get",
  path: "/api/compare",
  operationId: "compareRuns",
  summary: "Say what differs between runs, and what came of it",
  tags,
  request: {
    query: z.object({
      runs: z.string().max(4000).openapi({
        description: "Two or more runs as project/id; by commas",
        example: "sky/20261122-153726-k3f9,sky/20261122-160102-0b7a",
      }),
    }),
  },
  responses: {
    200: json(named("Comparison", comparisonSchema), "Values in the order of the runs"),
    ...fails(...runFaults, ...body),
  },
});

export const readEvents = createRoute({
  method: "get",
  path: "/api/projects/{project}/runs/{run}/events",
  operationId: "readEvents",
  summary: "Read a page of a run's events",
  tags,
  request: {
    params: runParams,
    query: z.object({
      after: z.coerce.number<number>().int().min(0).default(0).openapi({
        description: "The seq of the last event that is known already",
      }),
      limit: z.coerce.number<number>().int().min(1).max(10_000).default(1000),
    }),
  },
  responses: {
    200: json(
      z.object({
        events: z.array(runEventSchema),
        next: z.int().nullable().openapi({
          description: "What `after` is for the next page; null where this is the last for now",
        }),
      }),
      "The events",
    ),
    ...fails(...runFaults, ...body),
  },
});

export const readCurve = createRoute({
  method: "get",
  path: "/api/projects/{project}/runs/{run}/curve",
  operationId: "readCurve",
  summary: "Read the training curve",
  tags,
  request: { params: runParams },
  responses: {
    200: json(
      z.object({
        points: z.array(curvePointSchema),
        seq: z.int().nonnegative().openapi({
          description: "The last event that counts here; later ones extend the curve",
        }),
      }),
      "One point per logged step",
    ),
    ...fails(...runFaults),
  },
});

export const readLog = createRoute({
  method: "get",
  path: "/api/projects/{project}/runs/{run}/log",
  operationId: "readLog",
  summary: "Read the end of what the libraries printed",
  tags,
  request: {
    params: runParams,
    query: z.object({
      bytes: z.coerce.number<number>().int().min(1).max(10_000_000).default(65_536),
    }),
  },
  responses: {
    200: json(
      z.object({ text: z.string(), bytes: bytesSchema, truncated: z.boolean() }),
      "The end of worker.log, and how large all of it is",
    ),
    ...fails(...runFaults, ...body),
  },
});

export const downloadPart = createRoute({
  method: "get",
  path: "/api/projects/{project}/runs/{run}/files/{part}",
  operationId: "downloadPart",
  summary: "Download what a run made",
  description:
    "GGUF, Modelfile, report and log as files; adapter and merged model as zip archives, whose " +
    "files are stored without compression.",
  tags,
  request: {
    params: runParams.extend({
      part: z.enum(parts).openapi({ description: "What to download", param: { in: "path" } }),
    }),
  },
  responses: {
    200: {
      description: "The file",
      content: {
        "application/octet-stream": { schema: z.string().openapi({ format: "binary" }) },
        "application/zip": { schema: z.string().openapi({ format: "binary" }) },
      },
    },
    206: { description: "The part of the file that the Range header asked for" },
    ...fails(...runFaults, ...body, "run_not_finished"),
  },
});
