import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { AppError, toErrorBody } from "#contract/errors.ts";
import type { ErrorBody } from "#contract/errors.ts";
import { foldCurve } from "#contract/run-curve.ts";
import type { RunChange } from "#contract/run-changes.ts";
import { reportSchema, runSpecSchema } from "#contract/run.ts";
import type { CurvePoint, Report, RunSpec, RunState } from "#contract/run.ts";
import { isMissing } from "../files/error-code.ts";
import { isLocked } from "../files/lock.ts";
import { pathInside } from "../files/names.ts";
import { firstIssue } from "../files/first-issue.ts";
import { readJsonObject } from "../files/read-json.ts";
import { projectsFolder } from "../workspace.ts";
import type { Workspace } from "../workspace.ts";
import { readEventLog } from "./event-log.ts";
import { foldFile } from "./fold-file.ts";
import { isQueued } from "./queue-entries.ts";
import { readChanges } from "./run-changes.ts";
import { runPaths } from "./run-paths.ts";

export interface RunView {
  slug: string;
  id: string;
  number: number;
  spec: RunSpec;
  state: RunState;
  report?: Report;
}

export interface RunDetail extends RunView {
  /** What was changed in it after it was frozen. */
  changes: RunChange[];
}

export interface RunList {
  runs: RunView[];
  /** Folders that could not be read; none is deleted. */
  problems: ErrorBody[];
}

/** Specs by path, with the file's mark: they are frozen, and validating them takes its time. */
const specs = new Map<string, { mark: string; spec: RunSpec }>();
const keptSpecs = 2000;
const specVersion = 1;

/** The frozen spec of a run. Errors: run_not_found, run_spec_invalid, file_unreadable, file_too_new. */
export async function readSpec(ws: Workspace, slug: string, id: string): Promise<RunSpec> {
  const path = runPaths(ws, slug, id).spec;
  const found = await stat(path).catch(() => undefined);
  const mark = found ? `${found.ino}:${found.size}:${found.mtimeMs}:${found.ctimeMs}` : "";
  const known = specs.get(path);
  if (known && known.mark === mark) return structuredClone(known.spec);
  const value = await readJsonObject(path);
  if (value === undefined) throw new AppError("run_not_found", { id, project: slug });
  const version = value["schemaVersion"];
  if (typeof version === "number" && version > specVersion) {
    throw new AppError("file_too_new", { file: path, version, known: specVersion });
  }
  const result = runSpecSchema.safeParse(value);
  if (!result.success)
    throw new AppError("run_spec_invalid", { id, detail: firstIssue(result.error) });
  specs.set(path, { mark, spec: structuredClone(result.data) });
  if (specs.size > keptSpecs) specs.delete(specs.keys().next().value ?? "");
  return result.data;
}

/** A run's state: its events folded, corrected by who holds its lock and by the queue. */
export async function readState(ws: Workspace, slug: string, id: string): Promise<RunState> {
  const paths = runPaths(ws, slug, id);
  const first = await foldFile(paths.events);
  if (first.status !== "running" && first.status !== "queued") {
    return isQueued(ws, { slug, id }) ? { ...first, status: "queued" } : first;
  }
  // Asked before reading again: what a runner wrote before it ended is read after it.
  const carried = isLocked(paths.lock);
  const state = await foldFile(paths.events);
  // A run that nobody carries cannot be running, whatever its last event says.
  if (state.status === "running" && carried) return state;
  if (isQueued(ws, { slug, id })) return { ...state, status: "queued" };
  if (state.status === "running") return { ...state, status: "interrupted" };
  // Never queued and never started: its starter died between freezing and queueing.
  return state.status === "queued" && !carried ? { ...state, status: "interrupted" } : state;
}

/** A run with its report where there is one. Errors: run_not_found, run_spec_invalid. */
export async function readRun(ws: Workspace, slug: string, id: string): Promise<RunDetail> {
  const spec = await readSpec(ws, slug, id);
  const [state, changes] = await Promise.all([
    readState(ws, slug, id),
    readChanges(runPaths(ws, slug, id).folder),
  ]);
  const view = { slug, id, number: spec.number, spec, state, changes };
  const report = await readReport(ws, slug, id);
  return report ? { ...view, report } : view;
}

async function readReport(ws: Workspace, slug: string, id: string): Promise<Report | undefined> {
  const value = await readJsonObject(runPaths(ws, slug, id).report);
  if (value === undefined) return undefined;
  const result = reportSchema.safeParse(value);
  if (result.success) return result.data;
  const file = runPaths(ws, slug, id).report;
  throw new AppError("file_invalid", { file, detail: firstIssue(result.error) });
}

/** A project's runs, newest first, without reports. */
export async function listRuns(ws: Workspace, slug: string): Promise<RunList> {
  const list: RunList = { runs: [], problems: [] };
  const reading = (await runIds(ws, slug)).map(async (id) => {
    try {
      const [spec, state] = await Promise.all([readSpec(ws, slug, id), readState(ws, slug, id)]);
      list.runs.push({ slug, id, number: spec.number, spec, state });
    } catch (error) {
      const { params, ...body } = toErrorBody(error);
      list.problems.push({ ...body, params: { ...params, run: id } });
    }
  });
  await Promise.all(reading);
  // By number, not by id, which holds the time: a clock may have been set back.
  list.runs.sort((a, b) => b.number - a.number);
  return list;
}

/** Ids begin with their time: sorted backwards, the newest comes first. */
export async function runIds(ws: Workspace, slug: string): Promise<string[]> {
  try {
    const folder = join(pathInside(projectsFolder(ws), slug), "runs");
    const entries = await readdir(folder, { withFileTypes: true });
    return entries
      .filter((entry) => entry.isDirectory() && !entry.name.startsWith("."))
      .map(({ name }) => name)
      .sort()
      .reverse();
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

/** The curve up to the event `seq`. Errors: run_not_found, run_spec_invalid. */
export async function readCurve(
  ws: Workspace,
  slug: string,
  id: string,
): Promise<{ points: CurvePoint[]; seq: number }> {
  await readSpec(ws, slug, id);
  const events = await readEventLog(runPaths(ws, slug, id).events);
  return { points: foldCurve(events), seq: events.at(-1)?.seq ?? 0 };
}

export interface RunReference {
  slug: string;
  id: string;
}

/**
 * `reference`: a run's id (or its unmistakable beginning), "<slug>" or "<slug>/latest",
 * "<slug>/<number>", "latest" (newest of all). Errors: run_not_found, run_none_at_all.
 */
export async function findRun(ws: Workspace, reference: string): Promise<RunReference> {
  const [slug = "", rest] = reference.split("/", 2);
  const all = await allRunIds(ws);
  if (reference === "latest" || reference === "") {
    const newest = all.sort((a, b) => b.id.localeCompare(a.id))[0];
    if (newest) return newest;
    throw new AppError("run_none_at_all");
  }
  const ofProject = all.filter((run) => run.slug === slug);
  if (ofProject.length > 0) {
    const byId = ofProject.find(({ id }) => id === rest);
    if (byId) return byId;
    // By number, not by id, which holds the time; a broken run must not hide the others.
    const { runs, problems } = await listRuns(ws, slug);
    const latest = rest === undefined || rest === "latest";
    const found = latest ? runs[0] : runs.find(({ number }) => String(number) === rest);
    if (found) return { slug, id: found.id };
    const [broken] = ofProject;
    if (latest && broken && problems.length > 0) return broken;
    throw new AppError("run_not_found", { id: rest ?? "latest", project: slug });
  }
  const matches = all.filter((run) => run.id.startsWith(reference));
  const exact = matches.find((run) => run.id === reference);
  if (exact) return exact;
  const [only] = matches;
  if (only && matches.length === 1) return only;
  throw new AppError("run_not_found", { id: reference, project: "*" });
}

async function allRunIds(ws: Workspace): Promise<RunReference[]> {
  const entries = await readdir(projectsFolder(ws), { withFileTypes: true });
  const slugs = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  const lists = await Promise.all(
    slugs.map(async (slug) => (await runIds(ws, slug)).map((id) => ({ slug, id }))),
  );
  return lists.flat();
}

/** Absolute paths; absent where the run has not made it. */
export interface RunFiles {
  folder: string;
  gguf?: string;
  modelfile?: string;
  adapter?: string;
  merged?: string;
  report?: string;
  log?: string;
}

/** The files that a run made, as far as they are there. Errors: run_not_found, run_spec_invalid. */
export async function runFiles(ws: Workspace, slug: string, id: string): Promise<RunFiles> {
  await readSpec(ws, slug, id);
  const paths = runPaths(ws, slug, id);
  const gguf = await readdir(paths.gguf).then(
    (names) => names.find((name) => name.endsWith(".gguf")),
    () => undefined,
  );
  const files: RunFiles = { folder: paths.folder };
  if (gguf !== undefined) files.gguf = join(paths.gguf, gguf);
  const rest = [
    ["modelfile", paths.modelfile],
    ["adapter", paths.adapter],
    ["merged", paths.merged],
    ["report", paths.report],
    ["log", paths.workerLog],
  ] as const;
  for (const [part, path] of rest) if (await exists(path)) files[part] = path;
  return files;
}

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );
