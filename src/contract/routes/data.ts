import { createRoute, z } from "@hono/zod-openapi";
import { dataFormatSchema, mappingSchema } from "../data-format.ts";
import { conversationSchema, outcomeSchema, rowSchema, unreadableFileSchema } from "../dataset.ts";
import { errorBodySchema, errorCodes } from "../errors.ts";
import type { ErrorCode } from "../errors.ts";
import {
  binary,
  body,
  download,
  fails,
  fileParams,
  json,
  jsonBody,
  modelFaults,
  named,
  pathPart,
  projectParams,
  storage,
} from "./common.ts";
import { jobReply } from "./jobs.ts";
import { dataFileReply } from "./projects.ts";

const tags = ["Data"];
const count = z.int().nonnegative();

const ledgerEntryReply = z
  .object({
    file: z.string(),
    line: z.int().positive(),
    outcome: outcomeSchema,
    shortened: z.literal(true).optional(),
    reason: errorBodySchema.optional(),
  })
  .openapi("LedgerEntry");

/** Where every input row went; the three counts add up to `rows`. */
export const ledgerReply = z
  .object({
    rows: count,
    train: count,
    check: count,
    left_out: count,
    shortened: count,
    reasons: z.record(z.string(), z.int().positive()).openapi({
      description: "How many rows each reason's code left out",
    }),
    first: z.array(ledgerEntryReply).openapi({ description: "The first rows left out" }),
    unreadable: z.array(named("UnreadableFile", unreadableFileSchema)).openapi({
      description:
        "Files whose rows are not in these counts. Training is refused while there are any",
    }),
  })
  .openapi("Ledger");

export const listDataFiles = createRoute({
  method: "get",
  path: "/api/projects/{project}/data",
  operationId: "listDataFiles",
  summary: "List a project's data files",
  tags,
  request: { params: projectParams },
  responses: {
    200: json(z.object({ files: z.array(dataFileReply) }), "The files"),
    ...fails(...storage),
  },
});

export const addDataFile = createRoute({
  method: "put",
  path: "/api/projects/{project}/data/{file}",
  operationId: "addDataFile",
  summary: "Upload a data file",
  description:
    "The body is the file, byte for byte. Another file of the same name is left alone unless " +
    "`existing` says otherwise; a broken upload leaves everything as it was.",
  tags,
  request: {
    params: fileParams,
    query: z.object({
      role: z.enum(["train", "check"]).default("train"),
      existing: z
        .enum(["refuse", "replace", "keep_both"])
        .default("refuse")
        .openapi({
          description:
            "A file of the same name and other content: refuse the new one; replace it, its content " +
            "kept as an earlier upload; or keep both, the new one as name-2",
        }),
      replaces: z
        .string()
        .max(64)
        .optional()
        .openapi({
          description:
            "sha256 of the file that is to be overwritten, or empty: then none may be there. Goes " +
            "before `existing`; nothing of the old content is kept",
        }),
    }),
    body: {
      required: true,
      description: "The file's bytes, of any media type",
      content: { "application/octet-stream": { schema: binary } },
    },
  },
  responses: {
    201: json(dataFileReply, "The stored file"),
    ...fails(
      ...storage,
      ...body,
      "upload_incomplete",
      "data_empty_file",
      "data_file_exists",
      "data_file_changed",
      "project_training",
      "data_no_room",
      "disk_full",
    ),
  },
});

export const readDataFile = createRoute({
  method: "get",
  path: "/api/projects/{project}/data/{file}",
  operationId: "readDataFile",
  summary: "Download a data file as it was uploaded",
  tags,
  request: { params: fileParams },
  responses: { 200: download("The file, byte for byte"), ...fails(...storage) },
});

/** What a file may be that has no rows to read, or none that can be told apart. */
const unreadable: ErrorCode[] = errorCodes.filter((code) =>
  /^data_(archive|document|empty_file|encoding|excel|file_missing|gzip|not_text|parquet|too_m)/.test(
    code,
  ),
);

export const readDataFormat = createRoute({
  method: "get",
  path: "/api/projects/{project}/data/{file}/format",
  operationId: "readDataFormat",
  summary: "Say how a data file is read, and why",
  tags,
  request: { params: fileParams },
  responses: {
    200: json(named("DataFormat", dataFormatSchema), "The format"),
    ...fails(...storage, ...unreadable),
  },
});

export const changeDataFile = createRoute({
  method: "patch",
  path: "/api/projects/{project}/data/{file}",
  operationId: "changeDataFile",
  summary: "Change what a data file is for, or how it is read",
  tags,
  request: {
    params: fileParams,
    body: jsonBody(
      z.object({
        role: z.enum(["train", "check"]).optional(),
        mapping: named("Mapping", mappingSchema).nullable().optional().openapi({
          description: "Null = as detected",
        }),
      }),
    ),
  },
  responses: {
    200: json(dataFileReply, "The data file"),
    ...fails(...storage, ...body, ...unreadable, "data_column_unknown", "project_training"),
  },
});

export const removeDataFile = createRoute({
  method: "delete",
  path: "/api/projects/{project}/data/{file}",
  operationId: "removeDataFile",
  summary: "Move a data file into the trash, with its versions",
  tags,
  request: { params: fileParams },
  responses: {
    200: json(z.object({ trash_id: z.string() }), "What restores it"),
    ...fails(...storage, "project_training", "disk_full"),
  },
});

export const restoreDataFile = createRoute({
  method: "post",
  path: "/api/projects/{project}/data/{file}/removed/{trash}/restore",
  operationId: "restoreDataFile",
  summary: "Take a data file out of the trash",
  description: "As it was, with its versions; under a free name where another file has its own.",
  tags,
  request: {
    params: fileParams.extend({
      trash: pathPart("The trash_id that its removal gave", "data-0123456789abcdef"),
    }),
  },
  responses: {
    200: json(dataFileReply, "The data file"),
    ...fails(...storage, "project_training", "disk_full"),
  },
});

export const readRows = createRoute({
  method: "get",
  path: "/api/projects/{project}/rows",
  operationId: "readRows",
  summary: "Read a page of rows as conversations",
  description:
    "Rows in the order of the files; rows of this page that cannot be used are in left_out.",
  tags,
  request: {
    params: projectParams,
    query: z.object({
      file: z.string().min(1).optional(),
      offset: z.coerce.number<number>().int().min(0).default(0),
      limit: z.coerce.number<number>().int().min(1).max(1000).default(100),
    }),
  },
  responses: {
    200: json(
      z.object({
        offset: count,
        limit: count,
        rows: z.array(named("Row", rowSchema)),
        left_out: z.array(ledgerEntryReply),
      }),
      "The page",
    ),
    ...fails(...storage, ...body),
  },
});

const readingReply = z
  .object({
    step: z.enum(["read", "compare", "store"]).openapi({
      description: "Reading and storing count bytes of the files, comparing rows its rounds",
    }),
    done: count,
    total: count,
  })
  .openapi("Reading");

export const checkData = createRoute({
  method: "post",
  path: "/api/projects/{project}/check",
  operationId: "checkData",
  summary: "Read all rows and account for them",
  description:
    "A job that follows the reading to its end; its result is the ledger. Reading begins by itself " +
    "where rows are asked for. To cancel the job stops it, and it begins again with this route.",
  tags,
  request: { params: projectParams },
  responses: { 202: json(jobReply, "The job"), ...fails(...storage) },
});

export const readTable = createRoute({
  method: "get",
  path: "/api/projects/{project}/table",
  operationId: "readTable",
  summary: "Read any part of the table of rows, with each row's use and tokens",
  description:
    "All rows in the order of the files, those that cannot be used as well. While the files are " +
    "still being read, `reading` says how far that is and there are no rows; ask again.",
  tags,
  request: {
    params: projectParams,
    query: z.object({
      use: outcomeSchema.optional(),
      reason: z.string().min(1).optional().openapi({ description: "A reason's code" }),
      search: z.string().max(200).optional().openapi({ description: "Text in any message" }),
      offset: z.coerce.number<number>().int().min(0).default(0),
      limit: z.coerce.number<number>().int().min(1).max(500).default(100),
    }),
  },
  responses: {
    200: json(
      z.object({
        total: count.openapi({ description: "Rows that the filter shows" }),
        reading: readingReply.nullable(),
        rows: z.array(
          z
            .object({
              number: z.int().positive().openapi({ description: "Its place among all rows" }),
              file: z.string(),
              line: z.int().positive(),
              use: outcomeSchema,
              reason: errorBodySchema.nullable(),
              content: named("Conversation", conversationSchema).nullable().openapi({
                description: "Null where it cannot be read; long texts are cut at their end",
              }),
              tokens: count.nullable().openapi({ description: "Null while they are not counted" }),
              learned: count.nullable(),
            })
            .openapi("TableRow"),
        ),
      }),
      "The page",
    ),
    ...fails(...storage, ...body, ...unreadable, "disk_full", "data_check_stopped"),
  },
});

export const readAccount = createRoute({
  method: "get",
  path: "/api/projects/{project}/account",
  operationId: "readAccount",
  summary: "Account for every row, as the chosen model takes them",
  description:
    "Starts to count tokens where that has not been done, and tells how far it is. When all are " +
    "counted, the ledger leaves out what the model cannot take, as a run would.",
  tags,
  request: { params: projectParams },
  responses: {
    200: json(
      z
        .object({
          reading: readingReply.nullable(),
          ledger: ledgerReply,
          check_source: z.enum(["file", "split", "none"]),
          counts: z.object({
            state: z.enum(["counting", "done", "unavailable"]),
            counted: count,
            error: errorBodySchema.nullable(),
            limit: count.nullable().openapi({ description: "The most tokens of a row" }),
            longest: count,
            tokens: count.openapi({ description: "Of all rows that train or check" }),
            learned: count,
          }),
        })
        .openapi("Account"),
      "Where every row goes",
    ),
    ...fails(...storage, ...unreadable, "disk_full", "data_check_stopped"),
  },
});

const tokens = z.object({
  id: z.string(),
  ids: z.array(z.int()),
  labels: z.array(z.int()).openapi({
    description: "The token's own id where it is learned, else -100, as in the labels of training",
  }),
  pieces: z.array(z.string()).openapi({
    description:
      "Each token's text; a character spread over several tokens stands at the first of them",
  }),
  special: z.array(z.int()).openapi({ description: "Positions of control tokens" }),
});
const refused = z.object({ id: z.string(), error: errorBodySchema });

export const previewTokens = createRoute({
  method: "get",
  path: "/api/projects/{project}/tokens",
  operationId: "previewTokens",
  summary: "Read a page of rows token by token, exactly as the model will",
  tags,
  request: {
    params: projectParams,
    query: z.object({
      file: z.string().min(1).optional(),
      offset: z.coerce.number<number>().int().min(0).default(0),
      limit: z.coerce.number<number>().int().min(1).max(100).default(10),
    }),
  },
  responses: {
    200: json(
      z.object({ rows: z.array(z.union([tokens, refused]).openapi("TokenRow")) }),
      "Rows of the page that can be read; `error` where the model cannot take one",
    ),
    ...fails(...storage, ...body, ...modelFaults, ...unreadable, "disk_full", "data_check_stopped"),
  },
});

export const readLedger = createRoute({
  method: "get",
  path: "/api/projects/{project}/ledger",
  operationId: "readLedger",
  summary: "Account for every row of the data files",
  description: "Without the model's own checks (tokens, template), which the plan adds.",
  tags,
  request: { params: projectParams },
  responses: { 200: json(ledgerReply, "The ledger"), ...fails(...storage) },
});
