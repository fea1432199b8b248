import { stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { AppError } from "#contract/errors.ts";
import type { RunSpec } from "#contract/run.ts";
import { makeFolder, renamePatiently, syncFolder } from "../files/atomic.ts";
import { resolveModel } from "../models/reference.ts";
import { hashIfThere, weightFiles } from "../passport/hash.ts";
import type { Workspace } from "../workspace.ts";

/** Bases that came along with runs, each in a folder named by its hash. */
const broughtModelsFolder = (ws: Workspace): string => join(ws.home, "models");

/**
 * Where a run's base lies on this machine: the folder that was named, the one that was brought, the
 * one the run was made with, or what its name stands for here. Only weights of the same hash count.
 * Null where there is none. Errors: model_changed (the named one is another).
 */
export async function findBase(
  ws: Workspace,
  { id, path, sha256 }: RunSpec["model"],
  { named, brought }: { named?: string | undefined; brought?: string | undefined },
): Promise<string | null> {
  const isIt = async (folder: string): Promise<boolean> => {
    const files = await weightFiles(folder);
    return files.length > 0 && (await hashIfThere(files)) === sha256;
  };
  if (named !== undefined) {
    const folder = resolve(named);
    if (await isIt(folder)) return folder;
    throw new AppError("model_changed", { part: "weights" });
  }
  const kept = join(broughtModelsFolder(ws), sha256);
  if (brought !== undefined && (await isIt(brought))) {
    if (!(await stat(kept).catch(() => undefined))) {
      await makeFolder(broughtModelsFolder(ws));
      await renamePatiently(brought, kept);
      await syncFolder(broughtModelsFolder(ws));
    }
    return kept;
  }
  const known = await resolveModel(id).catch(() => undefined);
  for (const folder of [known, path, kept]) {
    if (folder !== undefined && (await isIt(folder))) return folder;
  }
  return null;
}
