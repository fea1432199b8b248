import { createRoute, z } from "@hono/zod-openapi";
import {
  documentSchema,
  draftOrderSchema,
  draftPlanSchema,
  draftSchema,
  draftStateSchema,
} from "../drafts.ts";
import { errorCodes } from "../errors.ts";
import {
  binary,
  body,
  fails,
  fileParams,
  json,
  jsonBody,
  named,
  projectParams,
  storage,
} from "./common.ts";
import { jobReply } from "./jobs.ts";
import { dataFileReply } from "./projects.ts";

const tags = ["Drafts"];
const documents = errorCodes.filter((code) => code.startsWith("document_"));
const count = z.int().nonnegative();

const documentReply = named("Document", documentSchema);
const draftReply = named("Draft", draftSchema);

const { address, ...order } = draftOrderSchema.shape;
const orderBody = z
  .strictObject({
    ...order,
    address: address.openapi({
      description: "Where the service is; null = its own address, or Ollama's from the settings",
    }),
  })
  .omit({ perChunk: true })
  .extend({ per_chunk: draftOrderSchema.shape.perChunk })
  .openapi("DraftOrder");

const { leavesComputer, keySet, promptTokens, answerTokens, ...plan } = draftPlanSchema.shape;
export const draftPlanReply = z
  .object({
    ...plan,
    leaves_computer: leavesComputer,
    key_set: keySet,
    prompt_tokens: promptTokens,
    answer_tokens: answerTokens,
  })
  .openapi("DraftPlan");

export const listDocuments = createRoute({
  method: "get",
  path: "/api/projects/{project}/documents",
  operationId: "listDocuments",
  summary: "List the documents that rows can be drafted from",
  tags,
  request: { params: projectParams },
  responses: {
    200: json(z.object({ documents: z.array(documentReply) }), "The documents"),
    ...fails(...storage, ...documents),
  },
});

export const addDocument = createRoute({
  method: "put",
  path: "/api/projects/{project}/documents/{file}",
  operationId: "addDocument",
  summary: "Upload a document: text, Markdown, HTML, PDF or DOCX",
  description: "It is read at once; one without text, or with a password, is refused and not kept.",
  tags,
  request: {
    params: fileParams,
    body: {
      required: true,
      description: "The document's bytes, of any media type",
      content: { "application/octet-stream": { schema: binary } },
    },
  },
  responses: {
    201: json(documentReply, "The stored document"),
    ...fails(...storage, ...body, ...documents, "upload_incomplete", "disk_full"),
  },
});

export const removeDocument = createRoute({
  method: "delete",
  path: "/api/projects/{project}/documents/{file}",
  operationId: "removeDocument",
  summary: "Remove a document; its drafts stay",
  tags,
  request: { params: fileParams },
  responses: { 204: { description: "It is removed" }, ...fails(...storage) },
});

export const planDrafts = createRoute({
  method: "post",
  path: "/api/projects/{project}/drafts/plan",
  operationId: "planDrafts",
  summary: "Show what would be sent where; nothing is sent",
  tags,
  request: { params: projectParams, body: jsonBody(orderBody) },
  responses: {
    200: json(draftPlanReply, "What the order amounts to"),
    ...fails(...storage, ...body, ...documents, "ollama_address_invalid"),
  },
});

export const draftRows = createRoute({
  method: "post",
  path: "/api/projects/{project}/drafts",
  operationId: "draftRows",
  summary: "Let a model draft rows from documents",
  description:
    "A job. Each passage's drafts are kept as they come, so a job that was stopped goes on where it " +
    "was when it is started again with the same order. Nothing trains before it is approved.",
  tags,
  request: { params: projectParams, body: jsonBody(orderBody) },
  responses: {
    202: json(jobReply, "The job"),
    ...fails(...storage, ...body, ...documents, "ollama_address_invalid", "draft_key_missing"),
  },
});

export const listDrafts = createRoute({
  method: "get",
  path: "/api/projects/{project}/drafts",
  operationId: "listDrafts",
  summary: "Read a page of drafts with the passages that they are from",
  tags,
  request: {
    params: projectParams,
    query: z.object({
      state: draftStateSchema.optional(),
      offset: z.coerce.number<number>().int().min(0).default(0),
      limit: z.coerce.number<number>().int().min(1).max(500).default(50),
    }),
  },
  responses: {
    200: json(
      z.object({
        drafts: z.array(draftReply),
        counts: z.object({ draft: count, approved: count, rejected: count }),
      }),
      "The page, and how many of each state there are",
    ),
    ...fails(...storage, ...body),
  },
});

export const changeDrafts = createRoute({
  method: "patch",
  path: "/api/projects/{project}/drafts",
  operationId: "changeDrafts",
  summary: "Approve, reject or reword drafts",
  tags,
  request: {
    params: projectParams,
    body: jsonBody(
      z.strictObject({
        ids: z.array(z.string()).min(1).nullable().openapi({
          description: "null = all drafts that nobody has decided about",
        }),
        state: draftStateSchema.optional(),
        question: z.string().trim().min(1).max(20_000).optional(),
        answer: z.string().trim().min(1).max(20_000).optional(),
      }),
    ),
  },
  responses: {
    200: json(z.object({ drafts: z.array(draftReply) }), "The drafts as they are now"),
    ...fails(...storage, ...body, "disk_full"),
  },
});

export const publishDrafts = createRoute({
  method: "post",
  path: "/api/projects/{project}/drafts/publish",
  operationId: "publishDrafts",
  summary: "Put all approved drafts into a data file of the project",
  tags,
  request: { params: projectParams },
  responses: {
    200: json(dataFileReply, "The data file, which holds the approved drafts and nothing else"),
    ...fails(...storage, "draft_none_approved", "project_training", "data_empty_file", "disk_full"),
  },
});

export const storeEndpointKey = createRoute({
  method: "put",
  path: "/api/settings/endpoint-keys",
  operationId: "storeEndpointKey",
  summary: "Store or forget the key of a service that writes drafts",
  description: "It is kept in a file that only its owner can read, and sent to this address alone.",
  tags,
  request: {
    body: jsonBody(
      z.strictObject({
        address: z.url({ protocol: /^https?$/ }).max(500),
        key: z.string().min(1).max(500).nullable(),
      }),
    ),
  },
  responses: {
    204: { description: "It is stored, or forgotten where null was given" },
    ...fails(...storage, ...body, "disk_full"),
  },
});
