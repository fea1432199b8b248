import { createHash, randomBytes } from "node:crypto";
import { open, readFile, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { extract as openExtract } from "tar-stream";
import type { Extract } from "tar-stream";
import type { z } from "zod";
import { archiveHashesSchema, archiveHeadSchema, hashesName, headName } from "#contract/archive.ts";
import type { ArchiveHead, Imported } from "#contract/archive.ts";
import { AppError } from "#contract/errors.ts";
import type { RunSpec } from "#contract/run.ts";
import { runSpecSchema } from "#contract/run.ts";
import { freeBytes, gigabytes } from "../engine/disk.ts";
import { explainFullDisk, makeFolder } from "../files/atomic.ts";
import { firstIssue } from "../files/first-issue.ts";
import { pathInside, plainName } from "../files/names.ts";
import { readProject } from "../projects/projects.ts";
import { slugFor } from "../projects/slug.ts";
import { saveProject, slugsTaken } from "../projects/store.ts";
import { numbersTaken, placeRun } from "../runs/place-run.ts";
import { runPaths } from "../runs/run-paths.ts";
import { temporaryFolder, withWorkspaceLock } from "../workspace.ts";
import type { Workspace } from "../workspace.ts";
import { findBase } from "./find-base.ts";

type Entry = Extract extends AsyncIterable<infer E> ? E : never;

export interface ImportOptions {
  /** For messages. */
  name: string;
  /** Where the base lies on this machine; else it is looked for. */
  model?: string | undefined;
  signal?: AbortSignal | undefined;
  onProgress?: (progress: { done: number; total: number }) => void;
}

/** Head and hashes are text for this program alone. */
const textLimit = 32 << 20;
const margin = 2 ** 28;

/**
 * Brings an exported run in. Nothing is kept unless every file has its hash, and nothing that is
 * here already is touched: a run of the same id is refused, a number that is taken becomes another.
 * Errors: archive_invalid, archive_exists, archive_hash, file_too_new, path_refused, name_invalid,
 * disk_full, run_spec_invalid, model_changed (a named base is another one).
 */
export async function importArchive(
  ws: Workspace,
  source: Readable,
  options: ImportOptions,
): Promise<Imported> {
  const folder = join(temporaryFolder(ws), `import-${randomBytes(6).toString("hex")}`);
  try {
    await makeFolder(join(folder, "run"));
    const head = await unpack(ws, source, folder, options);
    return await settle(ws, head, folder, options);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const invalid = (name: string, detail: string, cause?: unknown): AppError =>
  new AppError("archive_invalid", { file: name, detail }, { cause });

/** Writes an archive's files below `folder` and holds each against its hash. */
async function unpack(
  ws: Workspace,
  source: Readable,
  folder: string,
  { name, signal, onProgress }: ImportOptions,
): Promise<ArchiveHead> {
  const extract = openExtract();
  // A stream of its own kind, which Node's pipeline takes all the same.
  const sink = extract as unknown as NodeJS.WritableStream;
  const fed = pipeline(source, sink, { ...(signal && { signal }) });
  // Told by the loop below, which ends with the same error.
  fed.catch(() => undefined);
  let head: ArchiveHead | undefined;
  let hashes: Record<string, string> | undefined;
  const found = new Map<string, string>();
  let done = 0;
  try {
    for await (const entry of extract) {
      const { name: path, type } = entry.header;
      if (type !== "file") throw invalid(name, `“${path}” is not a plain file`);
      if (head === undefined) {
        if (path !== headName) throw invalid(name, `it does not begin with ${headName}`);
        head = readHead(name, await readText(name, entry));
        await checkHead(ws, head);
        continue;
      }
      if (hashes !== undefined) throw invalid(name, `“${path}” stands behind its end`);
      if (path === hashesName) {
        hashes = parse(name, archiveHashesSchema, await readText(name, entry));
        continue;
      }
      const announced = head.files.find((file) => file.path === path);
      if (announced?.bytes !== entry.header.size || found.has(path)) {
        throw invalid(name, `“${path}” is not what it announces`);
      }
      const total = head.files.reduce((sum, { bytes }) => sum + bytes, 0);
      const hash = await writeEntry(entry, placeOf(name, folder, path), (bytes) => {
        done += bytes;
        onProgress?.({ done, total });
      });
      found.set(path, hash);
    }
    await fed;
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof AppError) throw error;
    const explained = await explainFullDisk(error, folder);
    if (explained instanceof AppError) throw explained;
    throw invalid(name, error instanceof Error ? error.message : String(error), error);
  }
  if (head === undefined || hashes === undefined) throw invalid(name, "it ends too early");
  for (const { path } of head.files) {
    const [expected, hash] = [hashes[path], found.get(path)];
    if (hash === undefined || expected === undefined) throw invalid(name, `“${path}” is missing`);
    if (hash !== expected)
      throw new AppError("archive_hash", { file: path, expected, found: hash });
  }
  return head;
}

function readHead(name: string, text: string): ArchiveHead {
  const version = (json(name, text) as { schemaVersion?: unknown } | null)?.schemaVersion;
  if (typeof version === "number" && version > 1) {
    throw new AppError("file_too_new", { file: name, version, known: 1 });
  }
  return parse(name, archiveHeadSchema, text);
}

/** What can be refused before gigabytes are written. */
async function checkHead(ws: Workspace, head: ArchiveHead): Promise<void> {
  plainName(head.run.id);
  plainName(head.project.slug);
  const needed = head.files.reduce((sum, { bytes }) => sum + bytes, margin);
  const free = await freeBytes(ws.home);
  if (free < needed) {
    const params = { file: ws.home, needed: gigabytes(needed), free: gigabytes(free) };
    throw new AppError("disk_full", params);
  }
  await refuseKnown(ws, head.project.slug, head.run.id);
}

async function refuseKnown(ws: Workspace, slug: string, id: string): Promise<void> {
  const known = await stat(runPaths(ws, slug, id).folder).catch(() => undefined);
  if (known) throw new AppError("archive_exists", { id, project: slug });
}

/** A path of the archive as one below the folder: run/… or base/…, of plain names alone. */
function placeOf(name: string, folder: string, path: string): string {
  const [top = "", ...rest] = path.split("/");
  if (!["run", "base"].includes(top) || rest.length === 0) {
    throw invalid(name, `“${path}” has no place`);
  }
  return [top, ...rest].reduce(pathInside, folder);
}

async function writeEntry(
  entry: Entry,
  path: string,
  onBytes: (bytes: number) => void,
): Promise<string> {
  await makeFolder(dirname(path));
  const hash = createHash("sha256");
  const file = await open(path, "wx");
  try {
    for await (const chunk of entry as AsyncIterable<Buffer>) {
      hash.update(chunk);
      await file.writeFile(chunk);
      onBytes(chunk.length);
    }
    await file.sync();
  } finally {
    await file.close();
  }
  return hash.digest("hex");
}

async function readText(name: string, entry: Entry): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of entry as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > textLimit) throw invalid(name, `“${entry.header.name}” is too long`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function json(name: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw invalid(name, "a part of it is not JSON", error);
  }
}

function parse<S extends z.ZodType>(name: string, schema: S, text: string): z.output<S> {
  const result = schema.safeParse(json(name, text));
  if (result.success) return result.data;
  throw invalid(name, firstIssue(result.error));
}

/** Gives the unpacked run its project, its number and its base, and puts it in its place. */
async function settle(
  ws: Workspace,
  head: ArchiveHead,
  folder: string,
  { name, model }: ImportOptions,
): Promise<Imported> {
  const { id } = head.run;
  const written = await readFile(join(folder, "run", "run.json"), "utf8").catch(() => "null");
  const read = runSpecSchema.safeParse(json(name, written));
  if (!read.success) throw new AppError("run_spec_invalid", { id, detail: firstIssue(read.error) });
  const spec = read.data;
  if (spec.id !== id) throw invalid(name, `run.json is that of ${spec.id}`);
  const base = await findBase(ws, spec.model, {
    named: model,
    brought: head.base.included ? join(folder, "base") : undefined,
  });
  const { slug, created } = await provideProject(ws, head.project);
  await refuseKnown(ws, slug, id);
  const placed = await placeRun(ws, slug, join(folder, "run"), async ({ number }) => {
    await refuseKnown(ws, slug, id);
    const taken = await numbersTaken(ws, slug);
    return withPlace(spec, {
      slug,
      project: head.project.name,
      number: taken.has(spec.number) ? number : spec.number,
      model: base ?? spec.model.path,
    });
  });
  return { project: slug, run: id, number: placed.number, created, base_found: base !== null };
}

const withPlace = (
  spec: RunSpec,
  place: { slug: string; project: string; number: number; model: string },
): RunSpec => ({
  ...spec,
  number: place.number,
  project: { slug: place.slug, name: place.project },
  model: { ...spec.model, path: place.model },
});

/** The project of the same birth, else a new one with the settings that came along. */
async function provideProject(
  ws: Workspace,
  project: ArchiveHead["project"],
): Promise<{ slug: string; created: boolean }> {
  return withWorkspaceLock(ws, "projects", async () => {
    const taken = await slugsTaken(ws);
    if (taken(project.slug)) {
      const known = await readProject(ws, project.slug);
      if (known.createdAt === project.createdAt) return { slug: project.slug, created: false };
    }
    const slug = taken(project.slug) ? slugFor(project.slug, taken) : project.slug;
    // Its data files stayed behind; the run brings its own rows.
    await saveProject(ws, { ...project, slug, revision: 1, data: [] });
    return { slug, created: true };
  });
}
