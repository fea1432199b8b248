import type { OpenAPIHono } from "@hono/zod-openapi";
import { AppError } from "#contract/errors.ts";
import * as routes from "#contract/routes/models.ts";
import { connectHub } from "#core/hub/connect.ts";
import { discardDownload, downloadModel } from "#core/hub/download-model.ts";
import { hubPlace } from "#core/hub/place.ts";
import { parseRepo } from "#core/hub/repo.ts";
import { shortPatience } from "#core/hub/request.ts";
import { searchModels } from "#core/hub/search.ts";
import { listModels } from "#core/models/list-models.ts";
import { readProject } from "#core/api.ts";
import type { ServerContext } from "../context.ts";
import { given } from "../given.ts";
import { foundBody, hubBody, modelBody } from "./reply.ts";

export function mountModels(app: OpenAPIHono, { workspace: ws, jobs }: ServerContext): void {
  app.openapi(routes.listModels, async (c) => {
    const { project } = c.req.valid("query");
    const list = await listModels(
      ws,
      project === undefined ? undefined : await readProject(ws, project),
    );
    const { maxLength, fourBit, rank } = list.settings;
    return c.json(
      {
        hub: await hubBody(list),
        settings: { max_length: maxLength, four_bit: fourBit, rank },
        models: list.models.map((model) => modelBody(model, list.hub.endpoint)),
      },
      200,
    );
  });

  app.openapi(routes.searchHub, async (c) => {
    const { query } = c.req.valid("query");
    const connection = await connectHub(ws, shortPatience);
    const { models, leftOut } = await searchModels(connection, query, c.req.raw.signal);
    const known = await listModels(ws);
    return c.json(
      { models: models.map((model) => foundBody(model, known)), left_out: leftOut },
      200,
    );
  });

  app.openapi(routes.downloadModel, (c) => {
    const { id } = parseRepo("model", c.req.valid("json").id);
    if (hubPlace().offline) throw new AppError("hub_offline");
    const subject = { kind: "model_download", project: null, run: null, subject: id } as const;
    const job = jobs.start(subject, async (onProgress, signal) => {
      const { commit } = await downloadModel(ws, id, {
        signal,
        onProgress: ({ file, doneBytes: done, totalBytes: total, rate }) =>
          onProgress(given({ note: file, done, total, unit: "bytes", rate })),
      });
      return { id, commit };
    });
    return c.json(job, 202);
  });

  app.openapi(routes.discardDownload, async (c) => {
    const { id } = parseRepo("model", c.req.valid("json").id);
    const going = jobs
      .list()
      .find(
        ({ kind, subject, status }) =>
          subject === id && kind === "model_download" && status === "running",
      );
    if (going) await jobs.stop(going.id);
    const freed = await discardDownload(ws, id);
    return c.json({ freed_bytes: freed }, 200);
  });
}
