import { createRoute, z } from "@hono/zod-openapi";
import { errorCodes } from "../errors.ts";
import { body, bytesSchema, fails, json, jsonBody, storage } from "./common.ts";
import { jobReply } from "./jobs.ts";

const tags = ["Models"];
const count = z.int().nonnegative();

/** Whatever the hub, or the way to it, may have to say. */
const hub = errorCodes.filter((code) => code.startsWith("hub_"));

const modelReply = z
  .object({
    id: z
      .string()
      .openapi({ description: "starter, or its name on the hub", example: "owner/model" }),
    name: z.string(),
    owner: z.string(),
    listed: z.boolean().openapi({ description: "It stands in Tunesmith's own catalogue" }),
    recommended: z.boolean().openapi({ description: "Where to begin on this machine" }),
    family: z.string().nullable().openapi({ description: "model_type of its config.json" }),
    supported: z.boolean().openapi({
      description: "The family's whole way into Ollama is tested; others may pass the rehearsal",
    }),
    parameters: count.nullable(),
    download_bytes: bytesSchema.nullable().openapi({ description: "About what a download takes" }),
    licence: z.string().nullable(),
    languages: z.array(z.string()).openapi({ description: "As codes; the most asked for" }),
    language_count: count.nullable(),
    gated: z.boolean().openapi({ description: "Its owner asks for consent on the hub" }),
    url: z.string().nullable().openapi({ description: "Its page, where terms are accepted" }),
    downloads: count.nullable().openapi({ description: "In the last month, of a search's result" }),
    state: z.enum(["absent", "partial", "ready"]).openapi({
      description: "partial: a download was begun and can be gone on with",
    }),
    done_bytes: bytesSchema.nullable(),
    total_bytes: bytesSchema.nullable(),
    revision: z.string().nullable().openapi({ description: "The commit that lies here" }),
    memory: z
      .object({
        needed_bytes: bytesSchema,
        free_bytes: bytesSchema,
        verdict: z.enum(["fits", "tight", "too_large"]),
      })
      .nullable()
      .openapi({ description: "What training would need with the project's settings" }),
  })
  .openapi("Model");
export type Model = z.infer<typeof modelReply>;

export const hubReply = z
  .object({
    host: z.string(),
    url: z.string(),
    offline: z.boolean().openapi({ description: "HF_HUB_OFFLINE forbids requests" }),
    cache: z.string().openapi({ description: "The folder that models are downloaded into" }),
    token: z.enum(["settings", "HF_TOKEN", "token file"]).nullable().openapi({
      description: "Where the access token was found; it is never returned",
    }),
    free_bytes: bytesSchema.openapi({ description: "Free on the disk of the folder" }),
  })
  .openapi("Hub");

export const listModels = createRoute({
  method: "get",
  path: "/api/models",
  operationId: "listModels",
  summary: "List the models to choose from: the starter, the catalogue, and what was downloaded",
  description: "Nothing is asked of the hub.",
  tags,
  request: {
    query: z.object({
      project: z.string().optional().openapi({
        description: "Estimates are for the settings of this project",
      }),
    }),
  },
  responses: {
    200: json(
      z.object({
        hub: hubReply,
        settings: z.object({ max_length: count, four_bit: z.boolean(), rank: count }),
        models: z.array(modelReply),
      }),
      "The smallest first",
    ),
    ...fails(...storage, "hub_endpoint_invalid"),
  },
});

export const searchHub = createRoute({
  method: "get",
  path: "/api/hub/models",
  operationId: "searchHub",
  summary: "Search the hub for models that generate text and have safetensors",
  description: "The one request to the hub is made now, because it was asked for.",
  tags,
  request: { query: z.object({ query: z.string().trim().min(1).max(200) }) },
  responses: {
    200: json(
      z.object({
        models: z.array(modelReply),
        left_out: count.openapi({ description: "Quantised ones, which cannot be trained" }),
      }),
      "The most downloaded first",
    ),
    ...fails(...storage, ...hub, ...body),
  },
});

const modelId = z.object({ id: z.string().max(200).openapi({ example: "owner/model" }) });

export const downloadModel = createRoute({
  method: "post",
  path: "/api/models/download",
  operationId: "downloadModel",
  summary: "Download a model from the hub, or go on with a download",
  description:
    "Cancelling the job pauses the download: what arrived is kept, and the next one goes on there. " +
    "The model appears when every file's hash is proven.",
  tags,
  request: { body: jsonBody(modelId.strict()) },
  responses: {
    202: json(jobReply, "The job; its result is the commit"),
    ...fails(...storage, ...body, "hub_id_invalid", "hub_endpoint_invalid", "hub_offline"),
  },
});

export const discardDownload = createRoute({
  method: "post",
  path: "/api/models/discard",
  operationId: "discardDownload",
  summary: "Give up a download and delete what arrived of it",
  description: "One that is going on is stopped first.",
  tags,
  request: { body: jsonBody(modelId.strict()) },
  responses: {
    200: json(z.object({ freed_bytes: bytesSchema }), "What was freed"),
    ...fails(...storage, ...body, ...hub),
  },
});
