import { Buffer } from "node:buffer";
import { Readable } from "node:stream";
import type { OpenAPIHono, z } from "@hono/zod-openapi";
import type { Changes, DataVersion } from "#contract/data-version.ts";
import type { FindingReport } from "#contract/finding-report.ts";
import * as routes from "#contract/routes/findings.ts";
import * as versionRoutes from "#contract/routes/versions.ts";
import { inDataThread } from "#core/datasets/data-thread.ts";
import { readFindings } from "#core/datasets/doctor/report-store.ts";
import { restoreUpload } from "#core/datasets/versions/earlier-uploads.ts";
import type { EarlierUpload } from "#core/datasets/versions/earlier-uploads.ts";
import { applyFix, checkFix, previewFix } from "#core/datasets/versions/fix.ts";
import {
  compareVersions,
  exportVersion,
  listVersions,
  restoreVersion,
} from "#core/datasets/versions/versions.ts";
import type { ServerContext } from "../context.ts";
import { inSteps } from "./mount.ts";
import { given } from "../given.ts";
import { attachment } from "../http/send-file.ts";
import { dataFileBody } from "../projects/reply.ts";

/** The doctor: looking, fixing, and the versions that fixes make. */
export function mountFindings(app: OpenAPIHono, { workspace: ws, hub, jobs }: ServerContext): void {
  app.openapi(routes.readFindings, async (c) => {
    const { state, report } = await readFindings(ws, c.req.valid("param").project);
    return c.json({ state, report: report && reportBody(report) }, 200);
  });

  app.openapi(routes.lookForFindings, async (c) => {
    const { project } = c.req.valid("param");
    await readFindings(ws, project);
    const job = jobs.start({ kind: "find_faults", project, run: null }, async (tell, signal) => {
      const work = { home: ws.home, slug: project };
      const report = await inDataThread("look", work, { signal, onProgress: inSteps(tell) });
      return { findings: report.findings.length, rows: report.rows };
    });
    return c.json(job, 202);
  });

  app.openapi(routes.previewFix, async (c) => {
    const fix = given(c.req.valid("json"));
    const { signal } = c.req.raw;
    const changes = await previewFix(ws, c.req.valid("param").project, fix, { signal });
    return c.json(changesBody(changes), 200);
  });

  app.openapi(routes.applyFix, async (c) => {
    const { project } = c.req.valid("param");
    const fix = given(c.req.valid("json"));
    await checkFix(ws, project, fix);
    const job = jobs.start({ kind: "fix_data", project, run: null }, async (tell, signal) => {
      const versions = await applyFix(ws, project, fix, { signal, onRows: inRows(tell) });
      hub.look();
      return { versions };
    });
    return c.json(job, 202);
  });

  app.openapi(versionRoutes.listVersions, async (c) => {
    const { project, file } = c.req.valid("param");
    const { current, versions, earlier } = await listVersions(ws, project, file);
    const before = earlier.map(earlierBody);
    return c.json({ current, versions: versions.map(versionBody), earlier: before }, 200);
  });

  app.openapi(versionRoutes.compareVersions, async (c) => {
    const { project, file: name } = c.req.valid("param");
    const changes = await compareVersions(ws, project, { name, ...c.req.valid("query") });
    return c.json(changesBody(changes), 200);
  });

  app.openapi(versionRoutes.restoreVersion, async (c) => {
    const { project, file: name, version } = c.req.valid("param");
    const file = await restoreVersion(ws, project, { name, version: Number(version) });
    hub.look();
    return c.json(dataFileBody(file), 200);
  });

  app.openapi(versionRoutes.restoreUpload, async (c) => {
    const { project, file: name, sha256 } = c.req.valid("param");
    const file = await restoreUpload(ws, project, { name, sha256 });
    hub.look();
    return c.json(dataFileBody(file), 200);
  });

  app.openapi(versionRoutes.readVersion, async (c) => {
    const { project, file: name, version } = c.req.valid("param");
    await listVersions(ws, project, name);
    const lines = exportVersion(ws, project, { name, version: Number(version) });
    const first = await lines.next();
    async function* all() {
      if (!first.done) yield Buffer.from(first.value);
      for await (const text of lines) yield Buffer.from(text);
    }
    const bytes = Readable.from(all(), { objectMode: false });
    return new Response(Readable.toWeb(bytes) as ReadableStream, {
      headers: {
        "Content-Type": "application/octet-stream",
        "Content-Disposition": attachment(`${name.replace(/\.\w+$/, "")}-${version}.jsonl`),
      },
    });
  });
}

type Tell = (progress: { done: number; unit: string }) => void;
const inRows = (tell: Tell) => (rows: number) => tell({ done: rows, unit: "rows" });

const reportBody = (report: FindingReport): z.infer<typeof routes.reportReply> => ({
  created_at: report.createdAt,
  seconds: report.seconds,
  rows: report.rows,
  tokens_counted: report.tokensCounted,
  findings: report.findings,
});

const changesBody = ({ changed, leftOut, broughtBack, rows }: Changes) => ({
  changed,
  left_out: leftOut,
  brought_back: broughtBack,
  rows,
});

const earlierBody = ({ file, replacedAt }: EarlierUpload) => ({
  sha256: file.sha256,
  bytes: file.bytes,
  added_at: file.addedAt,
  replaced_at: replacedAt,
});

const versionBody = ({ createdAt, leftOut, ...version }: DataVersion) => ({
  ...version,
  created_at: createdAt,
  left_out: leftOut,
});
