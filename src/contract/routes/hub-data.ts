import { createRoute, z } from "@hono/zod-openapi";
import { errorCodes } from "../errors.ts";
import { body, fails, json, jsonBody, projectParams, storage } from "./common.ts";
import { jobReply } from "./jobs.ts";

const tags = ["Data"];
const hub = errorCodes.filter((code) => code.startsWith("hub_"));
const datasetId = z.string().trim().min(1).max(200).openapi({ example: "owner/dataset" });

export const readHubDataset = createRoute({
  method: "get",
  path: "/api/hub/dataset",
  operationId: "readHubDataset",
  summary: "List the subsets and splits of a dataset on the hub",
  description: "Asks the hub, because it was asked for.",
  tags,
  request: { query: z.object({ id: datasetId }) },
  responses: {
    200: json(
      z.object({
        splits: z.array(
          z.object({
            config: z.string().openapi({ description: "The subset" }),
            split: z.string(),
            files: z.int().positive().openapi({ description: "How many Parquet files it has" }),
          }),
        ),
      }),
      "Its splits",
    ),
    ...fails(...storage, ...hub, ...body),
  },
});

export const addHubDataset = createRoute({
  method: "post",
  path: "/api/projects/{project}/hub-data",
  operationId: "addHubDataset",
  summary: "Download a split of a dataset on the hub into a project",
  description:
    "Its Parquet files become data files of the project, proven by hash and checked as every other. " +
    "What broke off is gone on with by asking again.",
  tags,
  request: {
    params: projectParams,
    body: jsonBody(
      z.strictObject({
        id: datasetId,
        config: z.string().min(1).max(200).default("default"),
        split: z.string().min(1).max(200).default("train"),
        role: z.enum(["train", "check"]).default("train"),
      }),
    ),
  },
  responses: {
    202: json(jobReply, "The job; its result names the files"),
    ...fails(
      ...storage,
      ...body,
      "hub_id_invalid",
      "hub_endpoint_invalid",
      "hub_offline",
      "project_training",
    ),
  },
});
