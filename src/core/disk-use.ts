import { lstat, readdir, rm } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import type { DiskKind } from "#contract/disk-kinds.ts";
import { AppError } from "#contract/errors.ts";
import { engineStatus } from "./engine/status.ts";
import { enginesFolder } from "./engine/paths.ts";
import { bytesOf } from "./files/bytes-of.ts";
import { isLocked } from "./files/lock.ts";
import { loadProject, projectFolder, projectSlugs } from "./projects/store.ts";
import { deviceLock, isActive } from "./runs/queue.ts";
import { readSpec, readState, runIds } from "./runs/read-runs.ts";
import { runPaths } from "./runs/run-paths.ts";
import { projectsFolder, temporaryFolder, trashFolder } from "./workspace.ts";
import type { Workspace } from "./workspace.ts";

export interface DiskPart {
  /** Its path in the workspace, with forward slashes: what a deletion names. */
  path: string;
  kind: DiskKind;
  /** null = the workspace's own. */
  project: string | null;
  run: number | null;
  bytes: number;
  /** Nothing that cannot be made anew is lost with it, and nobody works on it. */
  safe: boolean;
}

interface Found extends Omit<DiskPart, "bytes"> {
  /** What of the path is meant, where some of it is listed apart. */
  only?: string[];
}

/** Every folder of the workspace, whose it is, how large, and whether it can be done without. */
export async function diskUse(ws: Workspace): Promise<DiskPart[]> {
  const bases = new Set<string>();
  const found: Found[] = [];
  for (const slug of await projectSlugs(ws).catch(() => [])) {
    found.push(...(await partsOfProject(ws, slug, bases)));
  }
  found.push(...(await ownParts(ws, bases)));
  const parts = await Promise.all(
    found.map(async ({ only, ...part }): Promise<DiskPart> => {
      const sizes = await Promise.all((only ?? [join(ws.home, part.path)]).map(bytesOf));
      return { ...part, bytes: sizes.reduce((sum, size) => sum + size, 0) };
    }),
  );
  return parts.filter(({ bytes }) => bytes > 0);
}

/** Deletes parts for good; returns the bytes freed. Errors: disk_part_in_use, with nothing deleted. */
export async function deleteParts(ws: Workspace, paths: readonly string[]): Promise<number> {
  const parts = new Map((await diskUse(ws)).map((part) => [part.path, part]));
  const wanted = paths.map((path) => {
    const part = parts.get(path);
    if (!part?.safe) throw new AppError("disk_part_in_use", { path });
    return part;
  });
  for (const { path } of wanted) {
    await rm(join(ws.home, path), { recursive: true, force: true, maxRetries: 5 });
  }
  return wanted.reduce((sum, { bytes }) => sum + bytes, 0);
}

async function partsOfProject(ws: Workspace, slug: string, bases: Set<string>): Promise<Found[]> {
  const folder = projectFolder(ws, slug);
  const found: Found[] = [];
  const add = (path: string, kind: DiskKind, run: number | null, safe: boolean) =>
    found.push({ path: inHome(ws, path), kind, project: slug, run, safe });
  const keep = (path: string, kind: DiskKind, run: number | null, names: string[]) =>
    found.push({
      path: inHome(ws, path),
      kind,
      project: slug,
      run,
      safe: false,
      only: names.map((name) => join(path, name)),
    });
  const own = (await namesIn(folder)).filter((name) => name !== "runs");
  keep(folder, "data", null, own);
  const stored = await loadProject(ws, slug).catch(() => undefined);
  if (stored) bases.add(stored.project.model);
  for (const id of await runIds(ws, slug)) {
    const paths = runPaths(ws, slug, id);
    // A run that cannot be read may need everything that it has.
    const run = await readRunPlace(ws, slug, id);
    if (run) bases.add(run.base);
    const number = run?.number ?? null;
    const idle = run !== undefined && !isActive(ws, slug, id);
    const over = idle && run.finished;
    const rest: string[] = [];
    for (const name of await namesIn(paths.folder)) {
      const path = join(paths.folder, name);
      if (path === paths.checkpoints) {
        for (const one of await namesIn(path)) {
          const half = one.endsWith(".part");
          add(join(path, one), half ? "leftovers" : "checkpoints", number, half ? idle : over);
        }
      } else if (path === paths.merged) add(path, "merged", number, over);
      else if (name === "rehearsal" || name.endsWith(".part")) add(path, "leftovers", number, idle);
      else rest.push(name);
    }
    keep(paths.folder, "run", number, rest);
  }
  return found;
}

async function readRunPlace(ws: Workspace, slug: string, id: string) {
  try {
    const { number, model } = await readSpec(ws, slug, id);
    const { status } = await readState(ws, slug, id);
    return { number, base: model.path, finished: status === "finished" };
  } catch {
    return undefined;
  }
}

/** What is younger may be at work still. */
const oldMs = 3_600_000;

async function ownParts(ws: Workspace, bases: ReadonlySet<string>): Promise<Found[]> {
  const busy = isLocked(deviceLock(ws));
  const engine = await engineStatus(ws.home);
  const found: Found[] = [];
  const add = (path: string, kind: DiskKind, safe: boolean) =>
    found.push({ path: inHome(ws, path), kind, project: null, run: null, safe });
  for (const name of await namesIn(ws.home)) {
    const folder = join(ws.home, name);
    const each = (await namesIn(folder)).map((inner) => join(folder, inner));
    if (folder === projectsFolder(ws)) continue;
    else if (folder === trashFolder(ws)) for (const path of each) add(path, "trash", true);
    else if (folder === temporaryFolder(ws))
      for (const path of each) add(path, "leftovers", await isOld(path));
    else if (name === "base-models")
      for (const path of each) add(path, "base_models", await isOld(path));
    else if (name === "models") {
      for (const path of each) add(path, "models", ![...bases].some((base) => isIn(base, path)));
    } else if (name === "cache") for (const path of each) add(path, "cache", !busy);
    else if (folder === enginesFolder(ws.home, {})) {
      // Engines of other versions: whoever goes back to one installs it anew.
      for (const path of each) add(path, "engine", !busy && engine.others.includes(path));
    } else add(folder, "records", false);
  }
  return found;
}

const isIn = (path: string, folder: string): boolean =>
  path === folder || path.startsWith(`${folder}${sep}`);

const inHome = (ws: Workspace, path: string): string =>
  relative(ws.home, path).split(sep).join("/");

const namesIn = (folder: string): Promise<string[]> => readdir(folder).catch(() => []);

async function isOld(path: string): Promise<boolean> {
  const found = await lstat(path).catch(() => undefined);
  return found !== undefined && Date.now() - found.mtimeMs > oldMs;
}
