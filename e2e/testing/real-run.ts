import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import * as core from "#core/api.ts";
import { deleteModel, listModels } from "#core/deploy/models.ts";
import { readEventLog } from "#core/runs/event-log.ts";
import { runPaths } from "#core/runs/run-paths.ts";

const over = new Set(["finished", "failed", "cancelled", "paused"]);

/** Waits until nobody carries the run or will; its status. */
export async function finished(ws: core.Workspace, slug: string, id: string): Promise<string> {
  for (;;) {
    const { status } = (await core.readRun(ws, slug, id)).state;
    if (over.has(status)) return status;
    await sleep(100);
  }
}

/** Trains once, undisturbed: the plan, and the hash of what was learned. */
export async function carry(ws: core.Workspace, slug: string, ollama: { address: string }) {
  const { id, plan } = await core.startRun(ws, slug);
  await finished(ws, slug, id);
  const { state } = await core.readRun(ws, slug, id);
  if (state.status !== "finished") throw new Error(JSON.stringify(state.error));
  await clearOllama(ollama);
  return { id, plan, hash: await adapterHash(runPaths(ws, slug, id).adapter) };
}

/** The same name stays free, so that what the rehearsal found holds for every run. */
export async function clearOllama({ address }: { address: string }): Promise<void> {
  for (const { name } of await listModels(address)) await deleteModel(address, name);
}

/** The process that carries an attempt, as soon as it has begun. */
export async function runnerPid(events: string, attempt: number): Promise<number> {
  for (;;) {
    const log = await readEventLog(events);
    const started = log.find((event) => event.type === "run.started" && event.attempt === attempt);
    if (started?.type === "run.started") return started.pid;
    await sleep(20);
  }
}

export const adapterHash = (folder: string): Promise<string> =>
  fileHash(join(folder, "adapter_model.safetensors"));

export async function fileHash(file: string): Promise<string> {
  return createHash("sha256")
    .update(await readFile(file))
    .digest("hex");
}
