import type { OpenAPIHono } from "@hono/zod-openapi";
import { AppError } from "#contract/errors.ts";
import * as routes from "#contract/routes/hub-data.ts";
import { readProject } from "#core/api.ts";
import { connectHub } from "#core/hub/connect.ts";
import { downloadSplit, listDataset } from "#core/hub/dataset.ts";
import { hubPlace } from "#core/hub/place.ts";
import { parseRepo } from "#core/hub/repo.ts";
import { shortPatience } from "#core/hub/request.ts";
import type { ServerContext } from "../context.ts";
import { given } from "../given.ts";

export function mountHubData(app: OpenAPIHono, { workspace: ws, jobs }: ServerContext): void {
  app.openapi(routes.readHubDataset, async (c) => {
    const connection = await connectHub(ws, shortPatience);
    const splits = await listDataset(connection, c.req.valid("query").id, c.req.raw.signal);
    return c.json(
      { splits: splits.map(({ files, ...split }) => ({ ...split, files: files.length })) },
      200,
    );
  });

  app.openapi(routes.addHubDataset, async (c) => {
    const { project } = c.req.valid("param");
    const wanted = c.req.valid("json");
    const { id } = parseRepo("dataset", wanted.id);
    await readProject(ws, project);
    if (hubPlace().offline) throw new AppError("hub_offline");
    const subject = `${id} ${wanted.config}/${wanted.split}`;
    const of = { kind: "dataset_download", project, run: null, subject } as const;
    const job = jobs.start(of, async (onProgress, signal) => {
      const files = await downloadSplit(
        ws,
        project,
        { ...wanted, id },
        {
          signal,
          onProgress: ({ file, doneBytes: done, totalBytes: total, rate }) =>
            onProgress(given({ note: file, done, total, unit: "bytes", rate })),
        },
      );
      return { files: files.map(({ name }) => name) };
    });
    return c.json(job, 202);
  });
}
