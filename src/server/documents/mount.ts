import type { OpenAPIHono, z } from "@hono/zod-openapi";
import type { DraftPlan, DraftState } from "#contract/drafts.ts";
import * as routes from "#contract/routes/drafts.ts";
import { addDocument, listDocuments, removeDocument } from "#core/documents/document-files.ts";
import { storeKey } from "#core/documents/draft-keys.ts";
import { draftRows, planDrafts, requireKey } from "#core/documents/draft-rows.ts";
import { changeDrafts, publishDrafts, readDraftStore } from "#core/documents/draft-store.ts";
import type { ServerContext } from "../context.ts";
import { uploadOf } from "../datasets/upload.ts";
import { given } from "../given.ts";
import { dataFileBody } from "../projects/reply.ts";

/** Documents, and the rows that models draft from them. */
export function mountDocuments(app: OpenAPIHono, context: ServerContext): void {
  const { workspace: ws, hub, jobs } = context;

  app.openapi(routes.listDocuments, async (c) => {
    const documents = await listDocuments(ws, c.req.valid("param").project);
    return c.json({ documents }, 200);
  });

  app.openapi(routes.addDocument, async (c) => {
    const { project, file: name } = c.req.valid("param");
    return c.json(await addDocument(ws, project, { name, stream: uploadOf(c, name) }), 201);
  });

  app.openapi(routes.removeDocument, async (c) => {
    const { project, file } = c.req.valid("param");
    await removeDocument(ws, project, file);
    return c.body(null, 204);
  });

  app.openapi(routes.planDrafts, async (c) => {
    const { per_chunk: perChunk, ...order } = c.req.valid("json");
    const plan = await planDrafts(ws, c.req.valid("param").project, { ...order, perChunk });
    return c.json(planBody(plan), 200);
  });

  app.openapi(routes.draftRows, async (c) => {
    const { project } = c.req.valid("param");
    const { per_chunk: perChunk, ...rest } = c.req.valid("json");
    const order = { ...rest, perChunk };
    await requireKey(ws, order);
    await planDrafts(ws, project, order);
    const job = jobs.start({ kind: "draft_rows", project, run: null }, async (tell, signal) => {
      const spent = await draftRows(ws, project, order, {
        signal,
        onProgress: ({ done, total, drafts, promptTokens, answerTokens }) =>
          tell({
            done,
            total,
            unit: "passages",
            note: `${drafts} drafts, ${promptTokens + answerTokens} tokens`,
          }),
      });
      return { ...spent };
    });
    return c.json(job, 202);
  });

  app.openapi(routes.listDrafts, async (c) => {
    const { state, offset, limit } = c.req.valid("query");
    const { drafts } = await readDraftStore(ws, c.req.valid("param").project);
    const counts: Record<DraftState, number> = { draft: 0, approved: 0, rejected: 0 };
    for (const draft of drafts) counts[draft.state] += 1;
    const shown = drafts.filter((draft) => state === undefined || draft.state === state);
    return c.json({ drafts: shown.slice(offset, offset + limit), counts }, 200);
  });

  app.openapi(routes.changeDrafts, async (c) => {
    const { ids, ...change } = c.req.valid("json");
    const drafts = await changeDrafts(ws, c.req.valid("param").project, ids, given(change));
    return c.json({ drafts }, 200);
  });

  app.openapi(routes.publishDrafts, async (c) => {
    const file = await publishDrafts(ws, c.req.valid("param").project);
    hub.look();
    return c.json(dataFileBody(file), 200);
  });

  app.openapi(routes.storeEndpointKey, async (c) => {
    const { address, key } = c.req.valid("json");
    await storeKey(ws, address.replace(/\/+$/, ""), key);
    return c.body(null, 204);
  });
}

const planBody = ({
  leavesComputer,
  keySet,
  promptTokens,
  answerTokens,
  ...plan
}: DraftPlan): z.infer<typeof routes.draftPlanReply> => ({
  ...plan,
  leaves_computer: leavesComputer,
  key_set: keySet,
  prompt_tokens: promptTokens,
  answer_tokens: answerTokens,
});
