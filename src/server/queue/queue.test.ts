import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { tryLock } from "#core/files/lock.ts";
import type { Lock } from "#core/files/lock.ts";
import { createProject } from "#core/projects/projects.ts";
import { deviceLock } from "#core/runs/queue.ts";
import { putIntoQueue } from "#core/runs/queue-entries.ts";
import { runPaths } from "#core/runs/run-paths.ts";
import { sampleSpec } from "#core/testing/run-spec.ts";
import { createHarness } from "../testing/harness.ts";
import type { Harness } from "../testing/harness.ts";

let server: Harness;
let device: Lock;
const ids = [1, 2, 3].map((number) => `20261122-10000${number}-aaaa`);

/** Three runs that wait, because the device is in use. */
beforeEach(async () => {
  server = await createHarness();
  const ws = server.workspace;
  device = tryLock(deviceLock(ws)) as Lock;
  await createProject(ws, { name: "Sky" });
  for (const [index, id] of ids.entries()) {
    const paths = runPaths(ws, "sky", id);
    await mkdir(paths.folder, { recursive: true });
    await writeFile(paths.spec, JSON.stringify(sampleSpec("sky", id, index + 1)));
    await putIntoQueue(ws, { slug: "sky", id }, { by: "person" });
  }
});
afterEach(async () => {
  expect(server.log).toEqual([]);
  await server.close();
  device.release();
});

interface Reply {
  waiting: { run: string; position: number; held: boolean; resumes: boolean }[];
}
const order = (json: unknown) => (json as Reply).waiting.map(({ run }) => ids.indexOf(run) + 1);

test("waiting runs are moved, held back, released and taken out", async () => {
  const path = (index: number) => `/api/queue/sky/${ids[index - 1]}`;
  expect(order((await server.ask("GET", "/api/queue")).json)).toEqual([1, 2, 3]);
  expect(order((await server.ask("PATCH", path(3), { json: { position: 1 } })).json)).toEqual([
    3, 1, 2,
  ]);
  const held = await server.ask("PATCH", path(1), { json: { held: true } });
  expect((held.json as unknown as Reply).waiting.map((run) => run.held)).toEqual([
    false,
    true,
    false,
  ]);
  await server.ask("PATCH", path(1), { json: { held: false, position: 3 } });
  const left = await server.ask("DELETE", path(3));
  expect(order(left.json)).toEqual([2, 1]);
  expect((left.json as unknown as Reply).waiting).toMatchObject([
    { position: 1, held: false, resumes: false },
    { position: 2, held: false, resumes: false },
  ]);
  const run = await server.ask("GET", `/api/projects/sky/runs/${ids[2]}`);
  expect((run.json["state"] as { status: string }).status).toBe("cancelled");
  const again = await server.ask("PATCH", path(3), { json: { held: true } });
  expect([again.status, again.error.code]).toEqual([409, "run_not_queued"]);
});

test("what cannot be a change is refused and changes nothing", async () => {
  const file = join(server.workspace.home, "queue", `${ids[0]}@sky.json`);
  const before = await readFile(file, "utf8");
  for (const json of [{ position: 0 }, { position: "x" }, { unheard: 1 }]) {
    const { status } = await server.ask("PATCH", `/api/queue/sky/${ids[0]}`, { json });
    expect(status).toBeGreaterThanOrEqual(400);
  }
  expect(await readFile(file, "utf8")).toBe(before);
});

test("the disk says what is safe to delete, and deletes only what is named", async () => {
  await writeFile(join(server.workspace.home, "trash", "old"), "x".repeat(50));
  const { json } = await server.ask("GET", "/api/disk");
  const bytes = (reply: Record<string, unknown>) =>
    (reply["reclaimable"] as { kind: string; bytes: number }[]).find(({ kind }) => kind === "trash")
      ?.bytes;
  expect(bytes(json)).toBe(50);
  const post = (kinds: string[]) => server.ask("POST", "/api/disk/reclaim", { json: { kinds } });
  expect(bytes((await post(["merged"])).json)).toBe(50);
  expect((await post(["everything"])).status).toBeGreaterThanOrEqual(400);
  expect(bytes((await post(["trash"])).json)).toBe(0);
});
