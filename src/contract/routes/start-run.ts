import { createRoute, z } from "@hono/zod-openapi";
import { errorBodySchema, errorCodes } from "../errors.ts";
import type { ErrorCode } from "../errors.ts";
import { runSpecSchema } from "../run.ts";
import {
  body,
  bytesSchema,
  fails,
  json,
  jsonBody,
  modelFaults,
  projectParams,
  sectionOverrides,
  storage,
} from "./common.ts";
import { ledgerReply } from "./data.ts";
import { runReply } from "./runs.ts";

const tags = ["Runs"];

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

export const allow4bitAtStart = z
  .boolean()
  .optional()
  .openapi({
    description:
      "Consent to load the weights in 4 bits where nothing else lets the run fit into memory. Where " +
      "it is left out, such a run is refused with the question; false = start it as it is all the same.",
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
        allow_4bit: allow4bitAtStart,
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
