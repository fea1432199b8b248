import type { OpenAPIHono, z } from "@hono/zod-openapi";
import type { Conversation, LedgerSummary } from "#contract/dataset.ts";
import * as routes from "#contract/routes/data.ts";
import * as core from "#core/api.ts";
import type { TableRow } from "#core/datasets/table/row-tables.ts";
import type { OnDataProgress } from "#core/datasets/progress.ts";
import type { JobProgress } from "../jobs/jobs.ts";
import type { ServerContext } from "../context.ts";
import { given } from "../given.ts";
import { sendFile } from "../http/send-file.ts";
import { dataFileBody } from "../projects/reply.ts";
import { storeUpload } from "./upload.ts";

export const ledgerBody = ({
  leftOut,
  ...rest
}: LedgerSummary): z.infer<typeof routes.ledgerReply> => ({
  ...rest,
  left_out: leftOut,
});

/** A table shows the beginning of a text; whole books must not come with each page. */
const shownCharacters = 300;
const shorten = (text: string): string =>
  text.length > shownCharacters ? `${text.slice(0, shownCharacters).toWellFormed()}…` : text;
const shortenAll = ({ messages, text }: Conversation): Conversation => ({
  messages: messages.map((message) => ({ ...message, content: shorten(message.content) })),
  ...(text === undefined ? {} : { text: shorten(text) }),
});

/** Comparing has rounds; all else is counted in bytes of the files. */
export const inSteps =
  (tell: (progress: JobProgress) => void): OnDataProgress =>
  (done, total, step) =>
    tell({ step, done, total, unit: step === "compare" ? "rounds" : "bytes" });

const tableRow = ({ number, file, line, use, reason, content, tokens, supervised }: TableRow) => ({
  number,
  file,
  line,
  use,
  reason,
  content: content && shortenAll(content),
  tokens,
  learned: supervised,
});

export function mountDatasets(
  app: OpenAPIHono,
  { workspace: ws, hub, jobs, tables }: ServerContext,
): void {
  app.openapi(routes.listDataFiles, async (c) => {
    const files = await core.listDataFiles(ws, c.req.valid("param").project);
    return c.json({ files: files.map(dataFileBody) }, 200);
  });

  app.openapi(routes.addDataFile, async (c) => {
    const { project, file: name } = c.req.valid("param");
    const file = await storeUpload(c, ws, project, { name, ...given(c.req.valid("query")) });
    hub.look();
    return c.json(dataFileBody(file), 201);
  });

  app.openapi(routes.readDataFile, async (c) => {
    const { project, file: name } = c.req.valid("param");
    return sendFile(c, await core.dataFilePath(ws, project, name), name);
  });

  app.openapi(routes.changeDataFile, async (c) => {
    const { project, file: name } = c.req.valid("param");
    const change = given(c.req.valid("json"));
    const file = await core.changeDataFile(ws, project, name, change);
    hub.look();
    return c.json(dataFileBody(file), 200);
  });

  app.openapi(routes.readDataFormat, async (c) => {
    const { project, file } = c.req.valid("param");
    return c.json(await core.readDataFormat(ws, project, file), 200);
  });

  app.openapi(routes.removeDataFile, async (c) => {
    const { project, file } = c.req.valid("param");
    const trashId = await core.removeDataFile(ws, project, file);
    hub.look();
    return c.json({ trash_id: trashId }, 200);
  });

  app.openapi(routes.restoreDataFile, async (c) => {
    const { project, file: name, trash: trashId } = c.req.valid("param");
    const file = await core.restoreDataFile(ws, project, { name, trashId });
    hub.look();
    return c.json(dataFileBody(file), 200);
  });

  app.openapi(routes.readRows, async (c) => {
    const { offset, limit, file } = c.req.valid("query");
    const { project } = c.req.valid("param");
    const { rows, leftOut } = await core.readRows(ws, project, given({ offset, limit, file }));
    return c.json({ offset, limit, rows, left_out: leftOut }, 200);
  });

  app.openapi(routes.previewTokens, async (c) => {
    const page = given(c.req.valid("query"));
    return c.json({ rows: await tables.preview(c.req.valid("param").project, page) }, 200);
  });

  app.openapi(routes.readTable, async (c) => {
    const { offset, limit, ...filter } = c.req.valid("query");
    const { project } = c.req.valid("param");
    const { rows, ...rest } = await tables.page(project, given(filter), { offset, limit });
    return c.json({ ...rest, rows: rows.map(tableRow) }, 200);
  });

  app.openapi(routes.checkData, async (c) => {
    const { project } = c.req.valid("param");
    await core.readProject(ws, project);
    const job = jobs.start({ kind: "check_data", project, run: null }, async (tell, signal) => {
      const ledger = await tables.read(project, { signal, onProgress: inSteps(tell) });
      return { ledger: ledgerBody(ledger) };
    });
    return c.json(job, 202);
  });

  app.openapi(routes.readAccount, async (c) => {
    const { ledger, checkSource, counts, reading } = await tables.summary(
      c.req.valid("param").project,
    );
    const { supervised: learned, ...rest } = counts;
    const body = { reading, ledger: ledgerBody(ledger), check_source: checkSource };
    return c.json({ ...body, counts: { ...rest, learned } }, 200);
  });

  app.openapi(routes.readLedger, async (c) => {
    const summary = await core.checkData(ws, c.req.valid("param").project);
    return c.json(ledgerBody(summary), 200);
  });
}
