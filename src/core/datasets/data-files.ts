import { createHash, randomBytes } from "node:crypto";
import { open, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { AppError } from "#contract/errors.ts";
import type { Mapping } from "#contract/data-format.ts";
import type { DataFile, Project } from "#contract/project.ts";
import { freeBytes, gigabytes } from "../engine/disk.ts";
import { makeFolder, renamePatiently, syncFolder, writeStreamAtomic } from "../files/atomic.ts";
import { isMissing } from "../files/error-code.ts";
import { pathInside, plainName } from "../files/names.ts";
import { refuseWhileTraining } from "../projects/active.ts";
import { changeProject, readProject } from "../projects/projects.ts";
import { dataFolder } from "../projects/store.ts";
import { temporaryFolder } from "../workspace.ts";
import type { Workspace } from "../workspace.ts";
import { detectFormat } from "./formats/detect.ts";
import type { DataSource } from "./data-source.ts";
import { freeName } from "./free-name.ts";
import { keepUpload } from "./versions/earlier-uploads.ts";
import { changesPath } from "./versions/store.ts";

export type DataRole = DataFile["role"];

/**
 * A file of the same name and other content: the new one is refused; the old content is kept with its
 * fixes and can be brought back; the new one gets a name of its own; or the old content is gone.
 */
export type Existing = "refuse" | "replace" | "keep_both" | "overwrite";

export interface NewDataFile {
  /** A plain file name. */
  name: string;
  role: DataRole;
  /** What becomes of another file of this name; absent = "refuse". */
  existing?: Existing;
  /** sha256 of the file that it overwrites, or empty where none may be there; goes before `existing`. */
  replaces?: string;
  /** One of both. */
  path?: string;
  stream?: AsyncIterable<Uint8Array>;
  /** How long the stream says it is, where it does. */
  bytes?: number;
}

/** What must stay free beside a file, for settings, logs and what is read of it. */
const keptFree = 100e6;

/** A row to show to someone whose file is empty. */
export const exampleRow = `{"instruction": "…", "output": "…"}`;

/**
 * Stores a file byte for byte, once it is there whole. Errors: path_refused, name_invalid,
 * data_file_missing, data_file_exists, data_file_changed, data_empty_file, project_training,
 * data_no_room (before anything is read), disk_full.
 */
export async function addDataFile(
  ws: Workspace,
  slug: string,
  input: NewDataFile,
): Promise<DataFile> {
  const wanted = plainName(input.name);
  const before = await readProject(ws, slug);
  await refuseWhileTraining(ws, before);
  const { existing = "refuse", replaces } = input;
  if (existing === "refuse" && replaces === undefined) refuseOther(before, wanted, input.bytes);
  await demandRoom(ws, wanted, input);
  const temporary = join(temporaryFolder(ws), `upload-${randomBytes(8).toString("hex")}`);
  try {
    const { bytes, sha256 } = await receive(input, temporary);
    if (bytes === 0) throw new AppError("data_empty_file", { file: wanted, example: exampleRow });
    const addedAt = new Date().toISOString();
    const added = { name: wanted, role: input.role, bytes, sha256, addedAt };
    await changeProject(ws, slug, async ({ project }) => {
      const there = project.data.find((file) => file.name === wanted);
      if (replaces !== undefined) {
        if (replaces !== (there?.sha256 ?? "")) {
          throw new AppError("data_file_changed", { file: wanted });
        }
      } else if (there && there.sha256 !== sha256) {
        if (existing === "refuse") throw alreadyThere(project, wanted);
        if (existing === "keep_both") added.name = freeName(project, wanted);
        if (existing === "replace") await keepUpload(ws, slug, there);
      }
      const folder = dataFolder(ws, slug);
      await makeFolder(folder);
      await renamePatiently(temporary, pathInside(folder, added.name));
      await syncFolder(folder);
      return { ...project, data: [...others(project, added.name), added] };
    });
    return added;
  } finally {
    await rm(temporary, { force: true });
  }
}

/** Refuses a file before its bytes come, where its size alone tells that it is another one. */
function refuseOther(project: Project, name: string, bytes: number | undefined): void {
  const there = project.data.find((file) => file.name === name);
  if (there && bytes !== undefined && there.bytes !== bytes) throw alreadyThere(project, name);
}

const alreadyThere = (project: Project, name: string): AppError =>
  new AppError("data_file_exists", { file: name, free: freeName(project, name) });

/** A project's data files in their order. Errors: not_found. */
export async function listDataFiles(ws: Workspace, slug: string): Promise<DataFile[]> {
  return (await readProject(ws, slug)).data;
}

/** What a person may say of a file; absent = unchanged, a mapping of null = as detected. */
export interface DataFileChange {
  role?: DataRole;
  mapping?: Mapping | null;
}

/** Errors: not_found, project_training, data_column_unknown, and why a file cannot be read: data_*. */
export async function changeDataFile(
  ws: Workspace,
  slug: string,
  name: string,
  change: DataFileChange,
): Promise<DataFile> {
  if (change.mapping) await checkMapping(ws, slug, name, change.mapping);
  const { data } = await changeProject(ws, slug, ({ project }) => ({
    ...project,
    data: project.data.map((file) => (file.name === name ? changed(file, change) : file)),
  }));
  const file = data.find((one) => one.name === name);
  if (!file) throw new AppError("not_found", { what: "data file", name });
  return file;
}

/** A mapping that the file cannot be read by is refused before it is kept. */
async function checkMapping(
  ws: Workspace,
  slug: string,
  name: string,
  mapping: Mapping,
): Promise<void> {
  const path = await dataFilePath(ws, slug, name);
  const { columns } = (await detectFormat(path, { name, mapping })).format;
  for (const column of Object.values(mapping.columns ?? {})) {
    if (columns.includes(column)) continue;
    const available = columns.slice(0, 20).join(", ");
    throw new AppError("data_column_unknown", { file: name, column, available });
  }
}

function changed(file: DataFile, { role = file.role, mapping }: DataFileChange): DataFile {
  const { mapping: before, version, ...rest } = { ...file, role };
  const after = mapping === undefined ? before : (mapping ?? undefined);
  // A version changes rows as they were read; read otherwise, they are other rows.
  const fixed = mapping === undefined && version !== undefined ? { version } : {};
  return after ? { ...rest, ...fixed, mapping: after } : { ...rest, ...fixed };
}

/** The absolute path of a project's data file. Errors: path_refused, not_found. */
export async function dataFilePath(ws: Workspace, slug: string, name: string): Promise<string> {
  const path = pathInside(dataFolder(ws, slug), name);
  const { data } = await readProject(ws, slug);
  if (data.some((file) => file.name === name)) return path;
  throw new AppError("not_found", { what: "data file", name });
}

/** The data files of a project with their paths, training files first. */
export function dataSources(ws: Workspace, project: Project): DataSource[] {
  const sources = project.data.map((file): DataSource => {
    const { name, role, mapping, version = 0 } = file;
    const changes = changesPath(ws, project.slug, file, version);
    const path = pathInside(dataFolder(ws, project.slug), name);
    return {
      name,
      role,
      path,
      ...(mapping && { mapping }),
      ...(changes !== undefined && { changes }),
      cache: join(ws.home, "cache", "index"),
      spill: temporaryFolder(ws),
      content: JSON.stringify([file.sha256, name, mapping ?? null, version]),
    };
  });
  return sources.sort((a, b) => (a.role === b.role ? 0 : a.role === "train" ? -1 : 1));
}

/** A file that cannot fit is refused at once, not after minutes of copying. */
async function demandRoom(
  { home }: Workspace,
  file: string,
  { path, bytes }: NewDataFile,
): Promise<void> {
  const needed =
    bytes ?? (path === undefined ? 0 : ((await stat(path).catch(() => null))?.size ?? 0));
  const free = await freeBytes(home);
  if (needed === 0 || needed + keptFree <= free) return;
  const params = { file, folder: home, needed: gigabytes(needed), free: gigabytes(free) };
  throw new AppError("data_no_room", params);
}

async function receive(
  { name, path, stream }: NewDataFile,
  target: string,
): Promise<{ bytes: number; sha256: string }> {
  const source = stream ?? (await openSource(path ?? name));
  const hash = createHash("sha256");
  let bytes = 0;
  await writeStreamAtomic(target, source, (chunk) => {
    hash.update(chunk);
    bytes += chunk.length;
  });
  return { bytes, sha256: hash.digest("hex") };
}

/** Opened before it is streamed: a stream tells that a file is missing when nobody may listen yet. */
async function openSource(path: string): Promise<Readable> {
  try {
    return (await open(path)).createReadStream();
  } catch (error) {
    if (isMissing(error)) throw new AppError("data_file_missing", { file: path }, { cause: error });
    throw error;
  }
}

function others(project: Project, name: string): DataFile[] {
  return project.data.filter((file) => file.name !== name);
}
