import { execFileSync } from "node:child_process";
import { chmod, mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { findRun } from "#core/runs/read-runs.ts";
import { putIntoQueue } from "#core/runs/queue-entries.ts";
import { openWorkspace } from "#core/workspace.ts";
import { createHarness } from "../testing/harness.ts";
import type { Harness } from "../testing/harness.ts";
import { makeRunFolder } from "../testing/run-folder.ts";

/*
 * What a workspace may have gone through, asked over HTTP: each is said, with what to do, nothing is
 * overwritten, and what is healthy goes on beside it.
 */

let server: Harness;
beforeEach(async () => {
  server = await createHarness();
  await server.ask("POST", "/api/projects", { json: { name: "Sky" } });
});
afterEach(async () => {
  expect(server.log).toEqual([]);
  await server.close();
});

const runs = "/api/projects/sky/runs";
const healthy = "20261122-153726-k3f9";
const broken = "20261122-160000-aaaa";

interface List {
  runs: { id: string; number: number }[];
  problems: { code: string; message: string; params: Record<string, unknown> }[];
}

test.each([
  ["no JSON at all", "{ run", "file_unreadable"],
  ["JSON of another thing", "[1, 2]", "file_unreadable"],
  ["a setting of nonsense", '{"schemaVersion":1,"lora":{"r":"many"}}', "run_spec_invalid"],
  ["a newer version's", '{"schemaVersion":2,"id":"x"}', "file_too_new"],
])("a run.json that is %s is shown as broken beside a healthy run", async (_, text, code) => {
  await makeRunFolder(server.workspace, "sky", { id: healthy });
  const folder = await makeRunFolder(server.workspace, "sky", { id: broken });
  await writeFile(join(folder, "run.json"), text);
  for (const path of [runs, "/api/runs"]) {
    const { json } = await server.ask<List>("GET", path);
    expect(json.runs.map(({ id }) => id)).toEqual([healthy]);
    expect(json.problems).toMatchObject([{ code, params: { run: broken } }]);
  }
  const { json: problem } = await server.ask<List>("GET", runs);
  expect(problem.problems[0]?.message).toMatch(/set aside|left as it is|nothing was changed/);
  for (const path of ["/api/projects", "/api/projects/sky", "/api/queue", `${runs}/${healthy}`]) {
    expect((await server.ask("GET", path)).status, path).toBe(200);
  }
  expect(await findRun(server.workspace, "sky")).toEqual({ slug: "sky", id: healthy });
  expect(await findRun(server.workspace, "sky/1")).toEqual({ slug: "sky", id: healthy });
  // What was in it is there still, under its name or beside it.
  const names = await readdir(folder);
  const file = names.find((name) => name.startsWith("run.json")) ?? "";
  expect(await readFile(join(folder, file), "utf8")).toBe(text);
  expect((await server.ask("DELETE", `${runs}/${broken}`)).status).toBe(204);
  expect((await server.ask<List>("GET", runs)).json.problems).toEqual([]);
});

test("a broken run that waits holds up no page", async () => {
  await makeRunFolder(server.workspace, "sky", { id: healthy });
  const folder = await makeRunFolder(server.workspace, "sky", { id: broken });
  await putIntoQueue(server.workspace, { slug: "sky", id: broken }, { by: "person" });
  await writeFile(join(folder, "run.json"), '{"schemaVersion":1}');
  expect((await server.ask("GET", "/api/queue")).json).toMatchObject({ waiting: [] });
  expect((await server.ask("GET", "/api/projects")).status).toBe(200);
});

test("an event file cut in the middle of a line gives what is whole, and stays as it is", async () => {
  const folder = await makeRunFolder(server.workspace, "sky", { id: healthy });
  const file = join(folder, "events.jsonl");
  const lines = (await readFile(file, "utf8")).trimEnd().split("\n");
  const cut = `${lines.slice(0, 4).join("\n")}\n${lines[4]?.slice(0, 20)}`;
  await writeFile(file, cut);
  const read = await server.ask<{ events: unknown[] }>("GET", `${runs}/${healthy}/events`);
  expect([read.status, read.json.events.length]).toEqual([200, 4]);
  const run = await server.ask("GET", `${runs}/${healthy}`);
  expect(run.json).toMatchObject({ state: { status: "interrupted", seq: 4 } });
  expect(await readFile(file, "utf8")).toBe(cut);
});

test("a project of a newer version is said beside the others, and not written", async () => {
  await server.ask("POST", "/api/projects", { json: { name: "Sea" } });
  const file = join(server.workspace.home, "projects/sea/project.json");
  await writeFile(file, '{"schemaVersion":99}');
  const list = await server.ask<{ projects: { slug: string }[] }>("GET", "/api/projects");
  expect(list.json).toMatchObject({
    projects: [{ slug: "sky" }],
    problems: [{ code: "file_too_new" }],
  });
  const change = await server.ask("PATCH", "/api/projects/sea", { json: { description: "x" } });
  expect(change.error.code).toBe("file_too_new");
  expect(await readFile(file, "utf8")).toBe('{"schemaVersion":99}');
});

test("after the clock was set back, the run with the largest number is still the newest", async () => {
  await makeRunFolder(server.workspace, "sky", { id: "20301122-100000-aaaa", number: 1 });
  await makeRunFolder(server.workspace, "sky", { id: healthy, number: 2 });
  const { json } = await server.ask<List>("GET", runs);
  expect(json.runs.map(({ number }) => number)).toEqual([2, 1]);
  expect(await findRun(server.workspace, "sky/latest")).toEqual({ slug: "sky", id: healthy });
});

test("a workspace that cannot be written is refused with its folder", async () => {
  const { home, undo } = await readOnlyHome();
  try {
    await expect(openWorkspace({ home })).rejects.toMatchObject({
      code: "workspace_read_only",
      params: { folder: home },
    });
    expect(await readdir(home).catch(() => [])).toEqual([]);
  } finally {
    await undo();
  }
});

/** Permissions bind everyone but root, who needs a disk of which nothing can be written. */
async function readOnlyHome(): Promise<{ home: string; undo: () => Promise<void> }> {
  const home = await mkdtemp(join(tmpdir(), "tunesmith-read-only-"));
  const remove = () => rm(home, { recursive: true, force: true });
  if (process.platform === "win32") {
    execFileSync("icacls", [home, "/deny", "*S-1-1-0:(OI)(CI)(W)"]);
    return { home, undo: async () => execFileSync("icacls", [home, "/reset"]) && remove() };
  }
  if (process.getuid?.() !== 0) {
    await chmod(home, 0o500);
    return { home, undo: remove };
  }
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "ro,size=64k", "tmpfs", home], { stdio: "ignore" });
  } catch {
    // A container may forbid mounts; there, too, nobody writes into /proc.
    await remove();
    return { home: "/proc/tunesmith", undo: async () => undefined };
  }
  return {
    home,
    undo: async () => {
      execFileSync("umount", [home]);
      await remove();
    },
  };
}
