import { existsSync } from "node:fs";
import { mkdir, utimes, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { deleteParts, diskUse } from "./disk-use.ts";
import { tryLock } from "./files/lock.ts";
import { makeFinishedRun, runId } from "./passport/testing/finished-run.ts";
import { runPaths } from "./runs/run-paths.ts";
import { temporaryWorkspace } from "./testing/temporary-workspace.ts";
import type { Workspace } from "./workspace.ts";

async function write(ws: Workspace, path: string, { old = true } = {}): Promise<void> {
  const file = join(ws.home, path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, "x".repeat(100));
  const yesterday = new Date(Date.now() - 86_400_000);
  if (old) await utimes(dirname(file), yesterday, yesterday);
}

test("every folder of the workspace is listed, whose it is, and whether it can go", async () => {
  const ws = await temporaryWorkspace();
  const run = `projects/sky/runs/${runId}`;
  await makeFinishedRun(ws);
  for (const path of [
    `${run}/merged/model.safetensors`,
    `${run}/rehearsal/half.gguf`,
    `${run}/checkpoints/step-000004.part/half`,
    "base-models/abc/model-q8_0.gguf",
    "models/123/model.safetensors",
    "cache/token-rows/a.safetensors",
    "trash/runs/old/file",
    "tmp/left/file",
    "something/of-mine",
  ]) {
    await write(ws, path);
  }
  await write(ws, "tmp/new/file", { old: false });
  // A broken run may need everything that it has.
  await write(ws, "projects/sky/runs/20261122-110000-bbbb/merged/model.safetensors");
  await writeFile(join(ws.home, "projects/sky/runs/20261122-110000-bbbb/run.json"), "{}");

  const parts = new Map((await diskUse(ws)).map((part) => [part.path, part]));
  expect(
    [...parts.values()]
      .filter(({ safe }) => safe)
      .map(({ path }) => path)
      .sort(),
  ).toEqual([
    "base-models/abc",
    "cache/token-rows",
    "models/123",
    `${run}/checkpoints/step-000002`,
    `${run}/checkpoints/step-000004.part`,
    `${run}/merged`,
    `${run}/rehearsal`,
    "tmp/left",
    "trash/runs",
  ]);
  for (const path of [run, "projects/sky", "something", "tmp/new"]) {
    expect(parts.get(path)).toMatchObject({ safe: false });
  }
  expect(parts.get(`${run}/merged`)).toMatchObject({ project: "sky", run: 1, bytes: 100 });

  const lock = tryLock(runPaths(ws, "sky", runId).lock);
  await expect(deleteParts(ws, ["base-models/abc", `${run}/merged`])).rejects.toMatchObject({
    code: "disk_part_in_use",
    params: { path: `${run}/merged` },
  });
  lock?.release();
  expect(existsSync(join(ws.home, "base-models/abc"))).toBe(true);
  expect(await deleteParts(ws, ["base-models/abc", `${run}/merged`])).toBe(200);
  expect(existsSync(join(ws.home, run, "merged"))).toBe(false);
  for (const path of ["projects/sky", "../elsewhere", "projects/sky/project.json", run]) {
    await expect(deleteParts(ws, [path])).rejects.toMatchObject({ code: "disk_part_in_use" });
  }
});

test("a base that a run stands on is kept", async () => {
  const ws = await temporaryWorkspace();
  const { spec } = await makeFinishedRun(ws);
  await write(ws, "models/123/model.safetensors");
  const path = join(ws.home, "models/123");
  const moved = { ...spec, model: { ...spec.model, path } };
  await writeFile(runPaths(ws, "sky", runId).spec, JSON.stringify(moved));
  const part = (await diskUse(ws)).find((one) => one.path === "models/123");
  expect(part).toMatchObject({ kind: "models", safe: false });
});
