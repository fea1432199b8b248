import { statfs } from "node:fs/promises";
import type { OpenAPIHono } from "@hono/zod-openapi";
import * as routes from "#contract/routes/system.ts";
import { examineMachine } from "#core/engine/doctor.ts";
import { installEngine } from "#core/engine/install.ts";
import { findPythons, type Python } from "#core/engine/python.ts";
import { engineStatus } from "#core/engine/status.ts";
import { projectFolder, projectSlugs, runsFolder } from "#core/projects/store.ts";
import { readSettings } from "#core/settings.ts";
import { trashFolder } from "#core/workspace.ts";
import type { ServerContext } from "../context.ts";
import { given } from "../given.ts";
import { folderBytes } from "../http/folder-bytes.ts";
import { engineBody, systemBody } from "./reply.ts";

export function mountSystem(app: OpenAPIHono, { workspace: ws, jobs }: ServerContext): void {
  const installJob = () =>
    jobs.list().find(({ kind, status }) => kind === "engine_install" && status === "running")?.id ??
    null;

  // Looked for once: each is a process to start, and a Python that comes later is found at a restart.
  let found: Promise<Python[]> | undefined;
  const pythons = () => (found ??= findPythons());

  app.openapi(routes.readSystem, async (c) => {
    const { ollamaAddress } = await readSettings(ws);
    const { state } = await engineStatus(ws.home);
    // Whoever has no engine may install a Python right now.
    if (state !== "ready") found = undefined;
    const report = await examineMachine(ws.home, { ollama: ollamaAddress, pythons, patient: true });
    return c.json(systemBody(report, ws.home, installJob()), 200);
  });

  app.openapi(routes.readEngine, async (c) => {
    const { paths, ...status } = await engineStatus(ws.home);
    return c.json(engineBody({ ...status, folder: paths.folder }, installJob()), 200);
  });

  app.openapi(routes.installEngine, (c) => {
    const { repair } = c.req.valid("json");
    const subject = { kind: "engine_install", project: null, run: null } as const;
    const job = jobs.start(subject, async (onProgress, signal) => {
      await installEngine(ws.home, {
        repair,
        signal,
        onProgress: ({ step, doneBytes: done, totalBytes: total, note }) =>
          onProgress(
            given({
              step,
              done,
              total,
              unit: done === undefined ? undefined : "bytes",
              note,
            }),
          ),
      });
      return null;
    });
    return c.json(job, 202);
  });

  app.openapi(routes.readWorkspace, async (c) => {
    const { bavail, bsize } = await statfs(ws.home);
    const projects = [];
    for (const slug of await projectSlugs(ws)) {
      const bytes = await folderBytes(projectFolder(ws, slug));
      projects.push({ slug, bytes, runs_bytes: await folderBytes(runsFolder(ws, slug)) });
    }
    const trash = await folderBytes(trashFolder(ws));
    return c.json({ home: ws.home, free_bytes: bavail * bsize, projects, trash_bytes: trash }, 200);
  });
}
