import { createReadStream, createWriteStream } from "node:fs";
import { appendFile, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import { pack as openPack } from "tar-stream";
import { beforeEach, expect, test } from "vitest";
import { isLocked } from "../files/lock.ts";
import { makeFinishedRun, runId } from "../passport/testing/finished-run.ts";
import { verifyRun } from "../passport/verify.ts";
import { listProjects } from "../projects/projects.ts";
import { readRun } from "../runs/read-runs.ts";
import { runPaths } from "../runs/run-paths.ts";
import { temporaryWorkspace } from "../testing/temporary-workspace.ts";
import type { Workspace } from "../workspace.ts";
import { exportArchive } from "./export-archive.ts";
import { importArchive } from "./import-archive.ts";

let here: Workspace;
let there: Workspace;
beforeEach(async () => {
  [here, there] = [await temporaryWorkspace(), await temporaryWorkspace()];
});

const exported = async (options: { base?: boolean } = {}): Promise<Buffer> =>
  buffer((await exportArchive(here, "sky", runId, options)).stream);
const bring = (archive: Buffer | Readable, more: { model?: string } = {}) =>
  importArchive(there, archive instanceof Readable ? archive : Readable.from([archive]), {
    name: "run.tar",
    ...more,
  });
const nothingKept = async () => {
  expect(await readdir(join(there.home, "tmp"))).toEqual([]);
  expect((await listProjects(there)).projects).toEqual([]);
};

test("a run goes to another workspace in one file, and is what its passport says there", async () => {
  const { folder } = await makeFinishedRun(here);
  await writeFile(join(folder, "run.lock"), "");
  const imported = await bring(await exported({ base: true }));
  expect(imported).toEqual({
    project: "sky",
    run: runId,
    number: 1,
    created: true,
    base_found: true,
  });
  expect(await verifyRun(there, "sky", runId)).toMatchObject({ equal: true, sealed: true });
  const { spec } = await readRun(there, "sky", runId);
  expect(spec.model.path.startsWith(there.home)).toBe(true);
  expect(await readdir(join(there.home, "tmp"))).toEqual([]);
  const names = await readdir(runPaths(there, "sky", runId).folder);
  expect(names).not.toContain("run.lock");
  expect(names).toContain("events.jsonl");
});

test("an unfinished run comes along with its checkpoints, ready to be resumed", async () => {
  const { base } = await makeFinishedRun(here, { status: "cancelled" });
  const { base_found } = await bring(await exported(), { model: base });
  expect(base_found).toBe(true);
  const { state, spec } = await readRun(there, "sky", runId);
  expect([state.status, spec.model.path]).toEqual(["cancelled", base]);
  const state_pt = join(runPaths(there, "sky", runId).checkpoints, "step-000002", "state.pt");
  expect(await readFile(state_pt, "utf8")).toBe("state");
});

test("the base stays behind unless it is wanted, and only the same one counts", async () => {
  const { base } = await makeFinishedRun(here);
  const archive = await exported();
  await appendFile(join(base, "model.safetensors"), "x");
  await expect(bring(archive, { model: base })).rejects.toMatchObject({ code: "model_changed" });
  await nothingKept();
  expect(await bring(archive)).toMatchObject({ base_found: false });
  expect(await verifyRun(there, "sky", runId)).toMatchObject({ equal: false });
});

test("nothing is overwritten: neither a run nor a project nor a number", async () => {
  await makeFinishedRun(here);
  const archive = await exported();
  // Another project of the same name, with a first run of its own.
  await makeFinishedRun(there, { id: "20261122-090000-zzzz" });
  const imported = await bring(archive);
  expect(imported).toMatchObject({ project: "sky-2", number: 1, created: true });
  expect((await readRun(there, "sky-2", runId)).spec.project.slug).toBe("sky-2");
  const again = { code: "archive_exists", params: { id: runId } };
  await expect(importArchive(here, Readable.from([archive]), { name: "x" })).rejects.toMatchObject(
    again,
  );

  const second = "20261122-110000-bbbb";
  await makeFinishedRun(here, { id: second, number: 1 });
  const other = await buffer((await exportArchive(here, "sky", second)).stream);
  await rm(runPaths(here, "sky", second).folder, { recursive: true });
  const back = await importArchive(here, Readable.from([other]), { name: "x" });
  expect(back).toMatchObject({ project: "sky", number: 2, created: false });
});

test("one flipped byte anywhere in a file is found", async () => {
  await makeFinishedRun(here);
  const archive = await exported();
  const at = archive.indexOf("learned");
  archive[at] = (archive[at] ?? 0) ^ 1;
  await expect(bring(archive)).rejects.toMatchObject({
    code: "archive_hash",
    params: { file: "run/adapter/adapter_model.safetensors" },
  });
  await nothingKept();
});

test("an archive that is cut off at any place leaves nothing", async () => {
  await makeFinishedRun(here);
  const archive = await exported();
  for (const share of [0, 0.01, 0.3, 0.6, 0.9]) {
    const part = archive.subarray(0, Math.floor(archive.length * share));
    await expect(bring(part), String(share)).rejects.toMatchObject({ code: "archive_invalid" });
  }
  await nothingKept();
});

/** An archive by someone who means no good. */
async function forged(
  files: Record<string, string>,
  change: (head: Record<string, unknown>) => object = (head) => head,
  link?: { type: "symlink"; linkname: string },
): Promise<Buffer> {
  await makeFinishedRun(here);
  const real = await exported();
  const size = Number.parseInt(real.subarray(124, 136).toString(), 8);
  const head = JSON.parse(real.subarray(512, 512 + size).toString()) as Record<string, unknown>;
  const list = Object.entries(files).map(([path, text]) => ({ path, bytes: text.length }));
  const pack = openPack();
  pack.entry({ name: "tunesmith-run.json" }, JSON.stringify(change({ ...head, files: list })));
  for (const [name, text] of Object.entries(files)) {
    if (link) pack.entry({ name, ...link });
    else pack.entry({ name }, text);
  }
  pack.entry({ name: "hashes.json" }, "{}");
  pack.finalize();
  return buffer(pack);
}

test.each([
  "run/../../evil",
  "../evil",
  "/evil",
  "run/a\\..\\evil",
  "run/C:evil",
  "run//evil",
  "elsewhere/evil",
  "run/con",
])("a file named %s is refused", async (path) => {
  const archive = await forged({ [path]: "x" });
  await expect(bring(archive)).rejects.toMatchObject({
    code: expect.stringMatching(/^(path_refused|name_invalid|archive_invalid)$/) as string,
  });
  await nothingKept();
});

test("links, run ids that are paths, foreign and newer archives are refused", async () => {
  const link = await forged({ "run/x": "" }, undefined, { type: "symlink", linkname: "/etc" });
  await expect(bring(link)).rejects.toMatchObject({ code: "archive_invalid" });
  const id = await forged({}, (head) => ({ ...head, run: { id: "../up", number: 1 } }));
  await expect(bring(id)).rejects.toMatchObject({ code: "path_refused" });
  const newer = await forged({}, (head) => ({ ...head, schemaVersion: 2 }));
  await expect(bring(newer)).rejects.toMatchObject({ code: "file_too_new" });
  const huge = { path: "run/x", bytes: 2 ** 52 };
  const full = await forged({}, (head) => ({ ...head, files: [huge] }));
  await expect(bring(full)).rejects.toMatchObject({ code: "disk_full" });
  const foreign = Buffer.from("this is no archive at all, ".repeat(100));
  await expect(bring(foreign)).rejects.toMatchObject({ code: "archive_invalid" });
  await nothingKept();
});

test("a run that is going on is not exported, and one being exported is not started", async () => {
  await makeFinishedRun(here);
  const { lock } = runPaths(here, "sky", runId);
  const { stream } = await exportArchive(here, "sky", runId);
  expect(isLocked(lock)).toBe(true);
  await expect(exportArchive(here, "sky", runId)).rejects.toMatchObject({ code: "run_active" });
  const file = join(there.home, "run.tar");
  await pipeline(stream, createWriteStream(file));
  await expect.poll(() => isLocked(lock)).toBe(false);
  expect(await bring(createReadStream(file))).toMatchObject({ run: runId });
});
