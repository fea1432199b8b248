import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { pack as openPack } from "tar-stream";
import type { Pack } from "tar-stream";
import { headName, hashesName } from "#contract/archive.ts";
import type { ArchiveHead } from "#contract/archive.ts";
import { AppError } from "#contract/errors.ts";
import { tryLock } from "../files/lock.ts";
import { readProject } from "../projects/projects.ts";
import { readRun } from "../runs/read-runs.ts";
import { runPaths } from "../runs/run-paths.ts";
import type { Workspace } from "../workspace.ts";

export interface ExportedArchive {
  /** A name for its file. */
  name: string;
  /** What its files have together; the archive is a little larger. */
  bytes: number;
  stream: Readable;
}

/** What belongs to whoever carries the run here, not to the run. */
const left = /^(wishes|rehearsal)$|^(run|trainer)\.lock|^heartbeat\.json$|\.part$|^\./;

interface Source {
  /** In the archive. */
  path: string;
  file: string;
  bytes: number;
}

/**
 * A run with everything it has, as one tar archive that is made while it is read: head, files,
 * hashes. It cannot be started meanwhile. `base`: the base's folder, too.
 * Errors: run_not_found, run_active, model_not_found (the base is wanted and gone).
 */
export async function exportArchive(
  ws: Workspace,
  slug: string,
  id: string,
  { base = false }: { base?: boolean } = {},
): Promise<ExportedArchive> {
  const { spec, state, number } = await readRun(ws, slug, id);
  if (state.status === "running" || state.status === "queued") {
    throw new AppError("run_active", { id });
  }
  const { data: _data, revision: _revision, ...project } = await readProject(ws, slug);
  const paths = runPaths(ws, slug, id);
  const lock = tryLock(paths.lock);
  if (!lock) throw new AppError("run_active", { id });
  try {
    const sources = [
      ...(await filesBelow(paths.folder, "run")),
      ...(base ? await baseFiles(spec.model.path) : []),
    ];
    const head: ArchiveHead = {
      format: "tunesmith-run",
      schemaVersion: 1,
      tunesmith: spec.versions["tunesmith"] ?? "",
      exportedAt: new Date().toISOString(),
      project,
      run: { id, number },
      base: { id: spec.model.id, sha256: spec.model.sha256, included: base },
      files: sources.map(({ path, bytes }) => ({ path, bytes })),
    };
    const pack = openPack();
    pack.once("close", () => lock.release());
    void fill(pack, head, sources).catch((error: unknown) =>
      pack.destroy(error instanceof Error ? error : new Error(String(error))),
    );
    const bytes = sources.reduce((sum, source) => sum + source.bytes, 0);
    return {
      name: `${slug}-${number}.tunesmith-run.tar`,
      bytes,
      stream: Readable.from(pack, { objectMode: false }),
    };
  } catch (error) {
    lock.release();
    throw error;
  }
}

async function fill(pack: Pack, head: ArchiveHead, sources: readonly Source[]): Promise<void> {
  await addText(pack, headName, JSON.stringify(head, null, 2));
  const hashes: Record<string, string> = {};
  for (const { path, file, bytes } of sources) {
    const hash = createHash("sha256");
    const entry = pack.entry({ name: path, size: bytes, mode: 0o644 });
    // A log that grew since it was measured is cut where it was.
    const content = bytes === 0 ? Readable.from([]) : createReadStream(file, { end: bytes - 1 });
    await pipeline(
      content,
      async function* (chunks: AsyncIterable<Buffer>) {
        for await (const chunk of chunks) {
          hash.update(chunk);
          yield chunk;
        }
      },
      // Streams of its own kind, which Node's pipeline takes all the same.
      entry as unknown as NodeJS.WritableStream,
    );
    hashes[path] = hash.digest("hex");
  }
  await addText(pack, hashesName, JSON.stringify(hashes, null, 2));
  pack.finalize();
}

function addText(pack: Pack, name: string, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    pack.entry({ name, mode: 0o644 }, text, (error) => (error ? reject(error) : resolve()));
  });
}

async function filesBelow(folder: string, prefix: string): Promise<Source[]> {
  const sources: Source[] = [];
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    const file = join(entry.parentPath, entry.name);
    const parts = relative(folder, file).split(sep);
    if (parts.some((part) => left.test(part))) continue;
    const { size } = await stat(file);
    sources.push({ path: [prefix, ...parts].join("/"), file, bytes: size });
  }
  return sources.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** The folder's own files; a model of the hub's cache has links where its files are. */
async function baseFiles(folder: string): Promise<Source[]> {
  const names = await readdir(folder).catch(() => {
    throw new AppError("model_not_found", { path: folder });
  });
  const sources: Source[] = [];
  for (const name of names.filter((one) => !one.startsWith(".")).sort()) {
    const file = join(folder, name);
    const found = await stat(file);
    if (found.isFile()) sources.push({ path: `base/${name}`, file, bytes: found.size });
  }
  return sources;
}
