import { createRoute, z } from "@hono/zod-openapi";
import { comparisonSchema } from "../comparison.ts";
import { errorBodySchema, errorCodes } from "../errors.ts";
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
  jsonBody,
  modelFaults,
  named,
  projectParams,
  runParams,
  sectionOverrides,
  storage,
} from "./common.ts";
import { ledgerReply } from "./data.ts";

const tags = ["Runs"];
const run: ErrorCode[] = [...storage, "run_not_found", "run_spec_invalid"];

/** What keeps a run from starting. */
export const startFaults: ErrorCode[] = [
  ...errorCodes.filter((code) => /^(data|ollama_name)_/.test(code)),
  ...modelFaults,
  "precision_conflict",
  "lora_tied_target",
  "lora_target_unknown",
  "disk_full",
  "run_disk_budget",
];

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

export const planRun = createRoute({
  method: "post",
  path: "/api/projects/{project}/plan",
  operationId: "planRun",
  summary: "Say everything that a start would do, without starting",
  tags,
  request: { params: projectParams, body: jsonBody(z.strictObject(sectionOverrides)) },
  responses: {
    200: json(
      z
        .object({
          spec: runSpecSchema.omit({ id: true, number: true, createdAt: true }).openapi("RunDraft"),
          decisions: z.array(errorBodySchema),
          ledger: ledgerReply,
          disk: z
            .object({
              needed_bytes: bytesSchema,
              free_bytes: bytesSchema,
              parts: z.object({
                checkpoints_bytes: bytesSchema,
                merged_bytes: bytesSchema,
                gguf_bytes: bytesSchema,
                ollama_bytes: bytesSchema,
              }),
            })
            .openapi({ description: "What the run takes when it takes most, and what is free" }),
        })
        .openapi("Plan"),
      "The resolved settings, the decisions taken, the steps, and where every row goes",
    ),
    ...fails(...storage, ...body, ...startFaults),
  },
});

export const startRun = createRoute({
  method: "post",
  path: "/api/projects/{project}/runs",
  operationId: "startRun",
  summary: "Start a run",
  description: "Sections named here count for this run alone and are not saved in the project.",
  tags,
  request: {
    params: projectParams,
    body: jsonBody(
      z.strictObject({
        ...sectionOverrides,
        allow_4bit: z
          .boolean()
          .optional()
          .openapi({
            description:
              "Consent to load the weights in 4 bits where nothing else lets the run fit into " +
              "memory. Where it is left out, such a run is refused with the question; false = start " +
              "it as it is all the same.",
          }),
      }),
    ),
  },
  responses: {
    201: json(runReply, "The run, queued or started"),
    ...fails(
      ...storage,
      ...body,
      ...startFaults,
      "project_training",
      "run_device_busy",
      "four_bit_question",
    ),
  },
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
  responses: { 200: json(runDetailReply, "The run"), ...fails(...run) },
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
    ...fails(...run, ...body),
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
    ...fails(...run, ...body),
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
    ...fails(...run),
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
    ...fails(...run, ...body),
  },
});

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
    ...fails(...run, ...body, "run_not_finished"),
  },
});
