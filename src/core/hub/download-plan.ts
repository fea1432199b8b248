import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { writeJsonAtomic } from "../files/atomic.ts";
import { readJsonObject } from "../files/read-json.ts";
import type { Workspace } from "../workspace.ts";
import { blobPath, partPath, repoFolder, sizeOf } from "./cache.ts";
import { repoFolderName, type Repo } from "./repo.ts";

/** What a download has begun to fetch, so that it goes on with the very same files. */
const planSchema = z.object({
  schemaVersion: z.literal(1),
  repo: z.object({ type: z.enum(["model", "dataset"]), id: z.string() }),
  commit: z.string(),
  files: z.array(
    z.object({
      path: z.string(),
      bytes: z.int().nonnegative(),
      hash: z.string(),
      algorithm: z.enum(["sha256", "git-sha1"]),
    }),
  ),
});
export type DownloadPlan = z.infer<typeof planSchema>;

const plansFolder = (ws: Workspace): string => join(ws.home, "downloads");
const planFile = (ws: Workspace, repo: Repo): string =>
  join(plansFolder(ws), `${repoFolderName(repo)}.json`);

/** The plan of an unfinished download. One that cannot be read counts as none: it is made anew. */
export async function readPlan(ws: Workspace, repo: Repo): Promise<DownloadPlan | undefined> {
  return parsePlan(planFile(ws, repo));
}

/** Every unfinished download. */
export async function listPlans(ws: Workspace): Promise<DownloadPlan[]> {
  const names = await readdir(plansFolder(ws)).catch(() => []);
  const files = names.filter((name) => name.endsWith(".json")).sort();
  const plans = await Promise.all(files.map((name) => parsePlan(join(plansFolder(ws), name))));
  return plans.filter((plan) => plan !== undefined);
}

async function parsePlan(path: string): Promise<DownloadPlan | undefined> {
  const value = await readJsonObject(path).catch(() => undefined);
  return planSchema.safeParse(value).data;
}

/** Keeps what a download fetches, so that it can go on later. */
export async function writePlan(ws: Workspace, plan: DownloadPlan): Promise<void> {
  await mkdir(plansFolder(ws), { recursive: true });
  await writeJsonAtomic(planFile(ws, plan.repo), plan);
}

/** Forgets a download that is done or given up. */
export async function removePlan(ws: Workspace, repo: Repo): Promise<void> {
  await rm(planFile(ws, repo), { force: true });
}

export const totalBytes = ({ files }: DownloadPlan): number =>
  files.reduce((sum, { bytes }) => sum + bytes, 0);

/** Bytes of each file of a plan that are on this computer, by its hash. */
export async function presentBytes(
  cache: string,
  { repo, files }: DownloadPlan,
): Promise<Map<string, number>> {
  const folder = repoFolder(cache, repo);
  const present = new Map<string, number>();
  for (const { hash, bytes } of files) {
    const whole = (await sizeOf(blobPath(folder, hash))) === bytes;
    const part = whole ? bytes : ((await sizeOf(partPath(folder, hash))) ?? 0);
    present.set(hash, Math.min(part, bytes));
  }
  return present;
}
