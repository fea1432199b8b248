import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { OpenAPIHono } from "@hono/zod-openapi";
import type { Context } from "hono";
import { AppError } from "#contract/errors.ts";
import { offerOf } from "#contract/run-offer.ts";
import { runStatusSchema } from "#contract/run.ts";
import * as control from "#contract/routes/control-run.ts";
import * as routes from "#contract/routes/runs.ts";
import * as start from "#contract/routes/start-run.ts";
import * as core from "#core/api.ts";
import { proofFile } from "#core/deploy/deploy.ts";
import { runsFolder } from "#core/projects/store.ts";
import { freeBytes } from "#core/engine/disk.ts";
import { diskNeed } from "#core/runs/disk-need.ts";
import type { ServerContext } from "../context.ts";
import { ledgerBody } from "../datasets/mount.ts";
import { given } from "../given.ts";
import { folderBytes } from "../http/folder-bytes.ts";
import { attachment, sendFile } from "../http/send-file.ts";
import { archiveOf } from "./archive.ts";
import { partsOf } from "./parts.ts";
import { runBody } from "./reply.ts";

export function mountRuns(app: OpenAPIHono, { workspace: ws, hub, chats }: ServerContext): void {
  const read = async (project: string, run: string) =>
    runBody(await core.readRun(ws, project, run));

  app.openapi(start.planRun, async (c) => {
    const plan = await core.planRun(ws, c.req.valid("param").project, given(c.req.valid("json")));
    const need = diskNeed(plan.spec);
    const disk = {
      needed_bytes: need.peak,
      parts: {
        checkpoints_bytes: need.checkpoints,
        merged_bytes: need.merged,
        gguf_bytes: need.gguf,
        ollama_bytes: need.ollama,
      },
      free_bytes: await freeBytes(ws.home),
    };
    return c.json({ ...plan, ledger: ledgerBody(plan.ledger), disk }, 200);
  });

  app.openapi(start.startRun, async (c) => {
    const { project } = c.req.valid("param");
    const { allow_4bit: allow4bit, ...sections } = c.req.valid("json");
    const { id } = await core.startRun(ws, project, { overrides: given(sections), allow4bit });
    hub.look();
    return c.json(await read(project, id), 201);
  });

  app.openapi(routes.listAllRuns, async (c) => {
    const { status, limit } = c.req.valid("query");
    const wanted = status?.split(",").map((word) => wantedStatus(word.trim()));
    const { projects, problems } = await core.listProjects(ws);
    const lists = await Promise.all(projects.map(({ slug }) => core.listRuns(ws, slug)));
    const runs = lists
      .flatMap(({ runs }) => runs)
      .filter(({ state }) => !wanted || wanted.includes(state.status))
      .sort((a, b) => b.id.localeCompare(a.id));
    return c.json(
      {
        runs: runs.slice(0, limit).map(runBody),
        problems: [...problems, ...lists.flatMap(({ problems }) => problems)],
      },
      200,
    );
  });

  app.openapi(routes.listRuns, async (c) => {
    const { runs, problems } = await core.listRuns(ws, c.req.valid("param").project);
    return c.json({ runs: runs.map(runBody), problems }, 200);
  });

  app.openapi(routes.readRun, async (c) => {
    const { project, run } = c.req.valid("param");
    const view = await core.readRun(ws, project, run);
    const files = await core.runFiles(ws, project, run);
    const parts = await partsOf(files, `${project}-${view.number}`);
    return c.json(
      {
        ...runBody(view),
        report: view.report ?? null,
        changes: view.changes,
        offer: offerOf(view),
        tried_in_ollama: existsSync(proofFile(files.folder)),
        reproduces: (await core.originOf(files.folder)) ?? null,
        files: parts.map(({ part, name, bytes }) => ({ part, name, bytes })),
        bytes: await folderBytes(files.folder),
      },
      200,
    );
  });

  app.openapi(routes.readRunSizes, async (c) => {
    const { project } = c.req.valid("param");
    const folder = runsFolder(ws, project);
    const ids = await core.runIds(ws, project);
    const runs = await Promise.all(
      ids.map(async (id) => ({ id, bytes: await folderBytes(join(folder, id)) })),
    );
    return c.json({ runs }, 200);
  });

  app.openapi(routes.compareRuns, async (c) => {
    const names = c.req.valid("query").runs.split(",").filter(Boolean);
    const references = names.map((name) => {
      const [slug = "", id = ""] = name.trim().split("/");
      return { slug, id };
    });
    return c.json(await core.compareRuns(ws, references), 200);
  });

  app.openapi(routes.readEvents, async (c) => {
    const { project, run } = c.req.valid("param");
    const { after, limit } = c.req.valid("query");
    const { state } = await core.readRun(ws, project, run);
    const events = [];
    if (state.seq > after) {
      for await (const event of core.followEvents(ws, project, run, { fromSeq: after })) {
        events.push(event);
        if (event.seq >= state.seq || events.length === limit) break;
      }
    }
    const last = events.at(-1)?.seq ?? after;
    return c.json({ events, next: last < state.seq ? last : null }, 200);
  });

  app.openapi(routes.readCurve, async (c) => {
    const { project, run } = c.req.valid("param");
    return c.json(await core.readCurve(ws, project, run), 200);
  });

  app.openapi(routes.readLog, async (c) => {
    const { project, run } = c.req.valid("param");
    return c.json(await core.readLog(ws, project, run, c.req.valid("query")), 200);
  });

  app.openapi(control.cancelRun, async (c) => {
    const { project, run } = c.req.valid("param");
    await core.cancelRun(ws, project, run);
    hub.look();
    return c.json(await read(project, run), 202);
  });

  app.openapi(control.pauseRun, async (c) => {
    const { project, run } = c.req.valid("param");
    await core.pauseRun(ws, project, run);
    hub.look();
    return c.json(await read(project, run), 202);
  });

  app.openapi(control.restartRun, async (c) => {
    const { project, run } = c.req.valid("param");
    await core.restartRun(ws, project, run);
    hub.look();
    return c.json(await read(project, run), 202);
  });

  app.openapi(control.resumeRun, async (c) => {
    const { project, run } = c.req.valid("param");
    const { learning_rate: learningRate, allow_4bit: allow4bit } = c.req.valid("json");
    await core.resumeRun(ws, project, run, { learningRate, allow4bit });
    hub.look();
    return c.json(await read(project, run), 202);
  });

  app.openapi(control.deleteRun, async (c) => {
    const { project, run } = c.req.valid("param");
    // An open model would keep its file's room on the disk, and on Windows the file itself.
    await chats.end(project, run);
    await core.deleteRun(ws, project, run, { forGood: c.req.valid("query").for_good });
    hub.look();
    return c.body(null, 204);
  });

  app.openapi(routes.downloadPart, async (c) => {
    const { project, run, part } = c.req.valid("param");
    const { number, state } = await core.readRun(ws, project, run);
    const parts = await partsOf(await core.runFiles(ws, project, run), `${project}-${number}`);
    const found = parts.find((candidate) => candidate.part === part);
    if (!found) throw new AppError("run_not_finished", { id: run, status: state.status });
    if (part === "modelfile") return sendModelfile(c, found.path);
    if (!found.folder) return sendFile(c, found.path, found.name);
    const { stream, bytes } = await archiveOf(found.path);
    return c.body(stream, 200, {
      "Content-Type": "application/zip",
      "Cache-Control": "no-store",
      "Content-Disposition": attachment(found.name),
      ...(bytes === undefined ? {} : { "Content-Length": String(bytes) }),
    });
  });
}

/** Downloads lie side by side in one folder, so the Modelfile names its GGUF as lying beside it. */
async function sendModelfile(c: Context, path: string): Promise<Response> {
  const text = (await readFile(path, "utf8")).replace(/^FROM .*[/\\]/m, "FROM ./");
  return c.body(text, 200, {
    "Content-Type": "application/octet-stream",
    "Cache-Control": "no-store",
    "Content-Disposition": attachment("Modelfile"),
  });
}

function wantedStatus(word: string) {
  const result = runStatusSchema.safeParse(word);
  if (result.success) return result.data;
  throw new AppError("parameter_option", {
    field: "status",
    options: runStatusSchema.options.join(", "),
    value: word,
  });
}
