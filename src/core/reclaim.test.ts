import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { tryLock } from "./files/lock.ts";
import { createProject } from "./projects/projects.ts";
import { findReclaimable, reclaim } from "./reclaim.ts";
import { runPaths } from "./runs/run-paths.ts";
import { temporaryWorkspace } from "./testing/temporary-workspace.ts";
import { sampleSpec } from "./testing/run-spec.ts";
import { tokenCacheFolder } from "./workspace.ts";
import type { Workspace } from "./workspace.ts";

/** A run folder with 100 bytes in each part, ended in the way given. */
async function runFolder(ws: Workspace, slug: string, number: number, type: string) {
  const id = `20261122-10000${number}-aaaa`;
  const paths = runPaths(ws, slug, id);
  for (const folder of [paths.adapter, paths.merged, join(paths.checkpoints, "step-000001")]) {
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, "file"), "x".repeat(100));
  }
  await mkdir(join(paths.checkpoints, "step-000002.part"));
  await writeFile(join(paths.checkpoints, "step-000002.part", "half"), "x".repeat(7));
  await writeFile(paths.spec, JSON.stringify(sampleSpec(slug, id, number)));
  const time = "2026-11-22T10:00:00.000Z";
  const events = [
    { seq: 1, attempt: 1, time, type: "run.started", pid: 1 },
    { seq: 2, attempt: 1, time, type, stage: null },
  ];
  await writeFile(paths.events, events.map((event) => `${JSON.stringify(event)}\n`).join(""));
  return paths;
}

test("only what can be done without is named and deleted: of finished runs, and of none that goes on", async () => {
  const ws = await temporaryWorkspace();
  const { slug } = await createProject(ws, { name: "Sky" });
  const finished = await runFolder(ws, slug, 1, "run.finished");
  const paused = await runFolder(ws, slug, 2, "run.paused");
  const held = await runFolder(ws, slug, 3, "run.finished");
  const lock = tryLock(held.lock);
  await writeFile(join(ws.home, "trash", "old"), "x".repeat(50));
  await mkdir(tokenCacheFolder(ws), { recursive: true });
  await writeFile(join(tokenCacheFolder(ws), "a.safetensors"), "x".repeat(30));
  const list = await findReclaimable(ws);
  expect(Object.fromEntries(list.map(({ kind, bytes }) => [kind, bytes]))).toEqual({
    trash: 50,
    checkpoints: 107,
    merged: 100,
    tokens: 30,
    leftovers: 14,
  });
  expect(await reclaim(ws, ["checkpoints", "leftovers"])).toBe(121);
  expect((await readdir(finished.folder)).sort()).toEqual([
    "adapter",
    "events.jsonl",
    "merged",
    "run.json",
  ]);
  expect(await readdir(paused.checkpoints)).toEqual(["step-000001"]);
  expect((await readdir(held.checkpoints)).sort()).toEqual(["step-000001", "step-000002.part"]);
  expect(await readdir(join(ws.home, "trash"))).toEqual(["old"]);
  lock?.release();
});
