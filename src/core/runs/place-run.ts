import { randomInt } from "node:crypto";
import { join } from "node:path";
import type { RunSpec } from "#contract/run.ts";
import { makeFolder, renamePatiently, syncFolder, writeJsonAtomic } from "../files/atomic.ts";
import { readJsonObject } from "../files/read-json.ts";
import { runsFolder } from "../projects/store.ts";
import { withWorkspaceLock } from "../workspace.ts";
import type { Workspace } from "../workspace.ts";
import { runIds } from "./read-runs.ts";
import { runPaths } from "./run-paths.ts";

/** What a new run is called: given while no other can take the same number. */
export interface NewRun {
  id: string;
  number: number;
  now: Date;
}

/**
 * Gives the folder of a new run its spec and its place in a project. It appears whole or not at all.
 * Errors: disk_full, lock_held.
 */
export async function placeRun(
  ws: Workspace,
  slug: string,
  folder: string,
  specOf: (run: NewRun) => RunSpec | Promise<RunSpec>,
  now = new Date(),
): Promise<RunSpec> {
  return withWorkspaceLock(ws, `project-${slug}`, async () => {
    const number = (await lastNumber(ws, slug)) + 1;
    const spec = await specOf({ id: newRunId(now), number, now });
    await writeJsonAtomic(join(folder, "run.json"), spec);
    await makeFolder(runsFolder(ws, slug));
    await renamePatiently(folder, runPaths(ws, slug, spec.id).folder);
    await syncFolder(runsFolder(ws, slug));
    return spec;
  });
}

/** Numbers are never used twice as long as the run with the largest is there; deleted ones leave gaps. */
async function lastNumber(ws: Workspace, slug: string): Promise<number> {
  return Math.max(0, ...(await numbersTaken(ws, slug)));
}

/** The numbers of a project's runs, those that are damaged included. */
export async function numbersTaken(ws: Workspace, slug: string): Promise<Set<number>> {
  const taken = new Set<number>();
  for (const id of await runIds(ws, slug)) {
    const spec = await readJsonObject(runPaths(ws, slug, id).spec).catch(() => undefined);
    const number = spec?.["number"];
    if (typeof number === "number") taken.add(number);
  }
  return taken;
}

/** `20261122-153726-k3f9`: sorts by time, to the millisecond, so that a queue keeps its order. */
export function newRunId(now: Date): string {
  const digits = now.toISOString().replaceAll(/\D/g, "");
  const fraction = now.getUTCMilliseconds().toString(36).padStart(2, "0");
  const chance = randomInt(36 ** 2)
    .toString(36)
    .padStart(2, "0");
  return `${digits.slice(0, 8)}-${digits.slice(8, 14)}-${fraction}${chance}`;
}
