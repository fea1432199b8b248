import { createRoute, z } from "@hono/zod-openapi";
import type { ErrorCode } from "../errors.ts";
import { sections } from "../parameters/types.ts";
import { rankedTrialSchema, sweepSchema } from "../sweep.ts";
import {
  body,
  fails,
  json,
  jsonBody,
  named,
  projectParams,
  runParams,
  sectionOverrides,
  storage,
} from "./common.ts";
import { runReply } from "./runs.ts";
import { allow4bitAtStart, startFaults } from "./start-run.ts";

const tags = ["Sweeps"];
const sweepParams = projectParams.extend({
  sweep: z.string().openapi({ description: "The sweep's id", param: { in: "path" } }),
});
const faults: ErrorCode[] = [...storage, "not_found"];

const values = z.record(z.string(), z.array(z.unknown()));
const sweepOptions = { stopHopeless: z.boolean().optional(), allow_4bit: allow4bitAtStart };
const spaceSchema = z.union([
  z.strictObject({
    grid: z
      .partialRecord(z.enum(sections), values)
      .openapi({ description: "Section, key, values to try: every combination is a trial" }),
    ...sweepOptions,
  }),
  z.strictObject({
    list: z
      .array(z.strictObject(sectionOverrides))
      .openapi({ description: "The trials one by one, each by what it has otherwise" }),
    ...sweepOptions,
  }),
]);

const sweepReply = named("Sweep", sweepSchema);
const rankingReply = z
  .object({
    sweep: sweepReply,
    ranking: z.array(named("RankedTrial", rankedTrialSchema)),
  })
  .openapi("SweepRanking");

export const startSweep = createRoute({
  method: "post",
  path: "/api/projects/{project}/sweeps",
  operationId: "startSweep",
  summary: "Queue several runs that differ in settings, to be ranked by their held-out loss",
  description:
    "Trials are trained and measured, not exported. One that lags behind the median of the finished ones is stopped, unless stopHopeless is false.",
  tags,
  request: { params: projectParams, body: jsonBody(spaceSchema) },
  responses: {
    201: json(sweepReply, "The sweep; all its trials are queued"),
    ...fails(
      ...storage,
      ...body,
      ...startFaults,
      "four_bit_question",
      "sweep_empty",
      "sweep_too_many",
    ),
  },
});

export const listSweeps = createRoute({
  method: "get",
  path: "/api/projects/{project}/sweeps",
  operationId: "listSweeps",
  summary: "List a project's sweeps with their rankings, newest first",
  tags,
  request: { params: projectParams },
  responses: {
    200: json(z.object({ sweeps: z.array(rankingReply) }), "The sweeps"),
    ...fails(...storage),
  },
});

export const readSweep = createRoute({
  method: "get",
  path: "/api/projects/{project}/sweeps/{sweep}",
  operationId: "readSweep",
  summary: "Read a sweep and rank its trials",
  tags,
  request: { params: sweepParams },
  responses: { 200: json(rankingReply, "The trials, the best first"), ...fails(...faults) },
});

export const cancelSweep = createRoute({
  method: "post",
  path: "/api/projects/{project}/sweeps/{sweep}/cancel",
  operationId: "cancelSweep",
  summary: "Cancel what waits or is going on of a sweep",
  tags,
  request: { params: sweepParams },
  responses: { 202: json(rankingReply, "The trials as they stand"), ...fails(...faults) },
});

export const exportTrial = createRoute({
  method: "post",
  path: "/api/projects/{project}/runs/{run}/export",
  operationId: "exportTrial",
  summary: "Make a model of a finished trial of a sweep",
  tags,
  request: { params: runParams },
  responses: {
    202: json(runReply, "The run, queued again for its export"),
    ...fails(
      ...storage,
      "run_not_found",
      "run_spec_invalid",
      "run_not_trial",
      "run_active",
      "run_not_finished",
    ),
  },
});
