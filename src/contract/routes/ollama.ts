import { createRoute, z } from "@hono/zod-openapi";
import { errorBodySchema, errorCodes } from "../errors.ts";
import { proofSchema } from "../ollama-proof.ts";
import {
  body,
  bytesSchema,
  fails,
  json,
  jsonBody,
  pathPart,
  runParams,
  storage,
  timeSchema,
} from "./common.ts";
import { jobReply } from "./jobs.ts";

const tags = ["Ollama"];

/** Whatever the other program may have to say. */
const ollama = errorCodes.filter((code) => code.startsWith("ollama_"));

export const ollamaReply = z
  .object({
    address: z.string().nullable(),
    source: z.enum(["setting", "OLLAMA_HOST", "default"]).nullable(),
    version: z.string().nullable(),
    usable: z.boolean(),
    error: errorBodySchema.nullable().openapi({ description: "Why it cannot be used" }),
  })
  .openapi("Ollama");

const ollamaModelReply = z
  .object({
    name: z.string(),
    address: z.string(),
    project: z.string(),
    run: z.string(),
    format: z.string(),
    ollama_version: z.string(),
    deployed_at: timeSchema,
    state: z.enum(["present", "replaced", "gone"]).openapi({
      description: "replaced: Ollama has another model of this name now; gone: it has none",
    }),
    bytes: bytesSchema.nullable(),
  })
  .openapi("OllamaModel");

/** What keeps a model from Ollama. */
const deploying = errorCodes.filter((code) => code.startsWith("deploy_"));

export const deployRun = createRoute({
  method: "post",
  path: "/api/projects/{project}/runs/{run}/deploy",
  operationId: "deployRun",
  summary: "Put a run's model into Ollama, and prove it there",
  description:
    "The name is checked at once; the job uploads, creates and proves. Only a model that is proven " +
    "keeps the name. A model of the same name is never replaced unasked.",
  tags,
  request: {
    params: runParams,
    body: jsonBody(
      z.strictObject({
        name: z.string().min(1).max(300).optional().openapi({
          description: "The name in Ollama; the run's target name where absent",
        }),
        replace: z.boolean().default(false),
      }),
    ),
  },
  responses: {
    202: json(jobReply, "The job; its result is the name"),
    ...fails(
      ...storage,
      ...body,
      ...ollama,
      ...deploying,
      "run_not_found",
      "run_spec_invalid",
      "run_active",
      "run_not_finished",
      "engine_missing",
    ),
  },
});

export const checkDeployName = createRoute({
  method: "get",
  path: "/api/projects/{project}/runs/{run}/deploy",
  operationId: "checkDeployName",
  summary: "Say whether a run's model could take a name in Ollama",
  tags,
  request: {
    params: runParams,
    query: z.object({
      name: z.string().min(1).max(300).optional().openapi({
        description: "The name in Ollama; the run's target name where absent",
      }),
    }),
  },
  responses: {
    200: json(
      z
        .object({
          name: z.string(),
          error: errorBodySchema.nullable().openapi({ description: "Why it cannot" }),
          proposal: z.string().nullable().openapi({ description: "A name that could" }),
          replaces: z.boolean().openapi({ description: "This run put that model there itself" }),
        })
        .openapi("DeployName"),
      "What stands against it, and what would do",
    ),
    ...fails(...storage, ...body, "run_not_found", "run_spec_invalid"),
  },
});

export const readProof = createRoute({
  method: "get",
  path: "/api/projects/{project}/runs/{run}/proof",
  operationId: "readProof",
  summary: "Read how Ollama's prompts and answers compare with training's",
  tags,
  request: { params: runParams },
  responses: {
    200: json(
      proofSchema
        .extend({
          error: errorBodySchema.nullable().openapi({ description: "Why it is not proven" }),
          toolSummary: errorBodySchema
            .nullable()
            .openapi({ description: "What is proven of the run's rows with tools; null = none" }),
        })
        .openapi("OllamaProof"),
      "The last proof, whether it succeeded or not",
    ),
    ...fails(...storage, "run_not_found", "run_spec_invalid"),
  },
});

export const readOllama = createRoute({
  method: "get",
  path: "/api/ollama",
  operationId: "readOllama",
  summary: "Say whether Ollama answers, where, and in which version",
  tags,
  responses: { 200: json(ollamaReply, "What was found"), ...fails(...storage) },
});

export const listOllamaModels = createRoute({
  method: "get",
  path: "/api/ollama/models",
  operationId: "listOllamaModels",
  summary: "List the models that Tunesmith put into Ollama",
  tags,
  responses: {
    200: json(z.object({ models: z.array(ollamaModelReply) }), "Newest first"),
    ...fails(...storage, ...ollama),
  },
});

export const removeOllamaModel = createRoute({
  method: "delete",
  path: "/api/ollama/models/{model}",
  operationId: "removeOllamaModel",
  summary: "Remove one of Tunesmith's models from Ollama",
  description: "A model of this name that is another's stays, and is only forgotten here.",
  tags,
  request: {
    params: z.object({ model: pathPart("Its name, with slash and colon encoded", "sky:latest") }),
  },
  responses: {
    200: json(z.object({ outcome: z.enum(["removed", "forgotten"]) }), "What was done"),
    ...fails(...storage, ...ollama),
  },
});
