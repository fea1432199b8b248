import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { createProject } from "../projects/projects.ts";
import { sampleSpec } from "../testing/run-spec.ts";
import { temporaryFolder, temporaryWorkspace } from "../testing/temporary-workspace.ts";
import type { Workspace } from "../workspace.ts";
import { cancelRun, deleteRun, exportRun } from "./control-run.ts";
import { followEvents } from "./follow.ts";
import { readLog } from "./read-log.ts";
import { findRun, listRuns, readRun, runFiles } from "./read-runs.ts";
import { runPaths } from "./run-paths.ts";

const time = "2026-11-22T10:00:00.000Z";
const finished = [
  { seq: 1, attempt: 1, time, type: "run.started", pid: 1 },
  { seq: 2, attempt: 1, time, type: "run.finished" },
];

async function makeRun(
  ws: Workspace,
  slug: string,
  id: string,
  number: number,
  events: object[] = finished,
) {
  const paths = runPaths(ws, slug, id);
  await mkdir(paths.gguf, { recursive: true });
  await writeFile(paths.spec, JSON.stringify(sampleSpec(slug, id, number)));
  await writeFile(paths.events, events.map((event) => `${JSON.stringify(event)}\n`).join(""));
  return paths;
}

async function workspaceWithRuns() {
  const ws = await temporaryWorkspace();
  for (const name of ["sky", "sea"]) await createProject(ws, { name });
  await makeRun(ws, "sky", "20261122-100000-aaaa", 1);
  await makeRun(ws, "sky", "20261122-110000-bbbb", 2);
  await makeRun(ws, "sea", "20261122-105900-cccc", 1);
  return ws;
}

test.each([
  ["latest", "sky", "20261122-110000-bbbb"],
  ["", "sky", "20261122-110000-bbbb"],
  ["sea", "sea", "20261122-105900-cccc"],
  ["sky/latest", "sky", "20261122-110000-bbbb"],
  ["sky/1", "sky", "20261122-100000-aaaa"],
  ["sky/20261122-100000-aaaa", "sky", "20261122-100000-aaaa"],
  ["20261122-105900-cccc", "sea", "20261122-105900-cccc"],
  ["20261122-105", "sea", "20261122-105900-cccc"],
])("%j finds a run", async (reference, slug, id) => {
  expect(await findRun(await workspaceWithRuns(), reference)).toEqual({ slug, id });
});

test("a run frozen before a setting existed is read as it ran", async () => {
  const ws = await workspaceWithRuns();
  const run = { slug: "sky", id: "20261122-100000-aaaa" };
  const { spec } = runPaths(ws, run.slug, run.id);
  const older = sampleSpec(run.slug, run.id, 1);
  delete older.training["excess_length_strategy"];
  await writeFile(spec, JSON.stringify(older));
  const { training } = (await readRun(ws, run.slug, run.id)).spec;
  expect(training["excess_length_strategy"]).toBe("drop");
});

test("where there is no run at all, that is said", async () => {
  const ws = await temporaryWorkspace();
  await createProject(ws, { name: "sky" });
  await expect(findRun(ws, "latest")).rejects.toMatchObject({ code: "run_none_at_all" });
});

test.each(["sky/3", "20261122-1", "nothing", "sky/../sea"])("%j finds none", async (reference) => {
  const ws = await workspaceWithRuns();
  await expect(findRun(ws, reference)).rejects.toMatchObject({ code: "run_not_found" });
});

test("runs are listed newest first; one that cannot be read is said and stays", async () => {
  const ws = await workspaceWithRuns();
  const broken = runPaths(ws, "sky", "20261122-120000-dddd");
  await mkdir(broken.folder);
  await writeFile(broken.spec, JSON.stringify({ schemaVersion: 1 }));
  const { runs, problems } = await listRuns(ws, "sky");
  expect(runs.map(({ number }) => number)).toEqual([2, 1]);
  expect(problems).toMatchObject([{ code: "run_spec_invalid" }]);
  expect(await readFile(broken.spec, "utf8")).toBe('{"schemaVersion":1}');
});

describe("a run's state", () => {
  test("a log that says running, with nobody carrying the run, is interrupted", async () => {
    const ws = await workspaceWithRuns();
    await makeRun(ws, "sky", "20261122-130000-eeee", 3, finished.slice(0, 1));
    expect((await readRun(ws, "sky", "20261122-130000-eeee")).state.status).toBe("interrupted");
  });

  test("grows with its log, and starts over when the log is another one", async () => {
    const ws = await workspaceWithRuns();
    const [slug, id] = ["sky", "20261122-130000-eeee"];
    const paths = await makeRun(ws, slug, id, 3, finished.slice(0, 1));
    expect((await readRun(ws, slug, id)).state.seq).toBe(1);
    const warning = { code: "x", params: {}, message: "m" };
    const more = [
      { seq: 2, attempt: 1, time, type: "warning", ...warning },
      { seq: 3, attempt: 1, time, type: "run.finished" },
    ];
    const text = await readFile(paths.events, "utf8");
    await writeFile(
      paths.events,
      text + more.map((event) => `${JSON.stringify(event)}\n`).join(""),
    );
    const { state } = await readRun(ws, slug, id);
    expect(state).toMatchObject({ status: "finished", seq: 3, warnings: [warning] });
    // Whoever got a state may change it without harm.
    state.warnings.length = 0;
    expect((await readRun(ws, slug, id)).state.warnings).toHaveLength(1);
    await writeFile(paths.events, text);
    expect((await readRun(ws, slug, id)).state).toMatchObject({ seq: 1, warnings: [] });
  });

  test("reading it many times at once counts every event once", async () => {
    const ws = await workspaceWithRuns();
    const warnings = Array.from({ length: 500 }, (_, index) => ({
      seq: index + 2,
      attempt: 1,
      time,
      type: "warning",
      code: "x",
      params: {},
      message: `number ${index}`,
    }));
    await makeRun(ws, "sky", "20261122-130000-eeee", 3, [finished[0] as object, ...warnings]);
    const reads = Array.from({ length: 10 }, () => readRun(ws, "sky", "20261122-130000-eeee"));
    for (const { state } of await Promise.all(reads)) expect(state.warnings).toHaveLength(500);
  });
});

test("following ends with the run, from any number on, or when it is told to", async () => {
  const ws = await workspaceWithRuns();
  const collect = async (options: Parameters<typeof followEvents>[3]) => {
    const seen = [];
    for await (const { seq } of followEvents(ws, "sky", "20261122-100000-aaaa", options))
      seen.push(seq);
    return seen;
  };
  expect(await collect({})).toEqual([1, 2]);
  expect(await collect({ fromSeq: 1 })).toEqual([2]);
  const signal = AbortSignal.timeout(300);
  expect(await collect({ forever: true, signal })).toEqual([1, 2]);
});

test("the log is given from its end, in whole lines", async () => {
  const ws = await workspaceWithRuns();
  const { workerLog } = runPaths(ws, "sky", "20261122-100000-aaaa");
  expect(await readLog(ws, "sky", "20261122-100000-aaaa")).toEqual({
    text: "",
    bytes: 0,
    truncated: false,
  });
  await writeFile(workerLog, "first line\nsecond\nthird\n");
  expect(await readLog(ws, "sky", "20261122-100000-aaaa", { bytes: 15 })).toEqual({
    text: "second\nthird\n",
    bytes: 24,
    truncated: true,
  });
});

test("what a run has made is copied, and a run that made nothing says so", async () => {
  const ws = await workspaceWithRuns();
  const id = "20261122-100000-aaaa";
  const target = join(await temporaryFolder(), "out");
  await expect(exportRun(ws, "sky", id, { folder: target })).rejects.toMatchObject({
    code: "run_not_finished",
  });
  const paths = runPaths(ws, "sky", id);
  await writeFile(join(paths.gguf, "model-q8_0.gguf"), "GGUF");
  await writeFile(paths.modelfile, "FROM ./gguf/model-q8_0.gguf\n");
  expect(await runFiles(ws, "sky", id)).toMatchObject({
    gguf: join(paths.gguf, "model-q8_0.gguf"),
    modelfile: paths.modelfile,
  });
  const copies = await exportRun(ws, "sky", id, { folder: target });
  expect(copies).toEqual([join(target, "gguf", "model-q8_0.gguf"), join(target, "Modelfile")]);
  for (const copy of copies) expect((await readFile(copy, "utf8")).length).toBeGreaterThan(3);
});

test("a deleted run lies in the trash; one that does not go on cannot be cancelled", async () => {
  const ws = await workspaceWithRuns();
  const id = "20261122-100000-aaaa";
  await expect(cancelRun(ws, "sky", id)).rejects.toMatchObject({ code: "run_not_active" });
  await deleteRun(ws, "sky", id);
  await expect(readRun(ws, "sky", id)).rejects.toMatchObject({ code: "run_not_found" });
  expect(await readdir(join(ws.home, "trash", "runs", `sky@${id}`))).toContain("run.json");
  await expect(deleteRun(ws, "sky", "../..")).rejects.toMatchObject({ code: "path_refused" });
});
