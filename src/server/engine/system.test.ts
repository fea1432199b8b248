import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { registry } from "#contract/parameters/registry.ts";
import { sections } from "#contract/parameters/types.ts";
import { createHarness } from "../testing/harness.ts";
import type { Harness } from "../testing/harness.ts";

let server: Harness;
beforeEach(async () => {
  server = await createHarness();
  // An engine of its own, which is not there.
  vi.stubEnv("TUNESMITH_ENGINE", join(server.workspace.home, "engine"));
  vi.stubEnv("TUNESMITH_PYTHON", "");
  vi.stubEnv("TUNESMITH_LLAMA", "");
});
afterEach(async () => {
  vi.unstubAllEnvs();
  expect(server.log).toEqual([]);
  await server.close();
});

test("examines the machine", async () => {
  const { json } = await server.ask("GET", "/api/system");
  expect(json).toMatchObject({
    home: server.workspace.home,
    node: { version: process.versions.node },
    engine: { state: "missing", install_job: null },
    device: { guessed: true },
  });
  const problems = json["problems"] as { code: string }[];
  expect(problems.map(({ code }) => code)).toContain("engine_missing");
});

test("a project without an engine still shows every value that counts", async () => {
  await server.ask("POST", "/api/projects", { json: { name: "Sky" } });
  const { json } = await server.ask<{ effective: Record<string, object> }>(
    "GET",
    "/api/projects/sky",
  );
  for (const section of sections) {
    expect(Object.keys(json.effective[section] ?? {})).toEqual(
      registry[section].map(({ key }) => key),
    );
  }
});

test("what needs the engine says so with a status", async () => {
  await server.ask("POST", "/api/projects", {
    json: { name: "Sky", model: server.workspace.home },
  });
  await server.ask("PUT", "/api/projects/sky/data/a.jsonl", {
    body: '{"prompt":"a","completion":"b"}\n'.repeat(20),
  });
  for (const path of ["/api/projects/sky/plan", "/api/projects/sky/runs"]) {
    const { status, error } = await server.ask("POST", path, { json: {} });
    expect([status, error.code]).toEqual([503, "engine_missing"]);
  }
  expect((await server.ask("GET", "/api/projects/sky/runs")).json["runs"]).toEqual([]);
});

test("an installation that cannot be made is a job that says why", async () => {
  // A file stands where the engine's folder should be.
  await writeFile(join(server.workspace.home, "engine"), "");
  const { status, json } = await server.ask("POST", "/api/engine/install", { json: {} });
  expect([status, json["kind"]]).toEqual([202, "engine_install"]);
  await vi.waitFor(async () => {
    const job = await server.ask("GET", `/api/jobs/${String(json["id"])}`);
    expect(job.json).toMatchObject({ status: "failed", error: { code: "engine_folder" } });
  }, 10_000);
});

test("says what takes the workspace's room", async () => {
  await server.ask("POST", "/api/projects", { json: { name: "Sky" } });
  const before = await server.ask<{ projects: { bytes: number }[] }>("GET", "/api/workspace");
  const run = join(server.workspace.home, "projects", "sky", "runs", "r1");
  await mkdir(run, { recursive: true });
  await writeFile(join(run, "weights"), "x".repeat(5000));
  const { json } = await server.ask("GET", "/api/workspace");
  expect(json).toMatchObject({
    home: server.workspace.home,
    projects: [
      { slug: "sky", bytes: (before.json.projects[0]?.bytes ?? 0) + 5000, runs_bytes: 5000 },
    ],
    trash_bytes: 0,
  });
  expect(Number(json["free_bytes"])).toBeGreaterThan(0);
});

test("lists every parameter as the registry has it", async () => {
  const { json } = await server.ask<{ parameters: Record<string, unknown>[] }>(
    "GET",
    "/api/parameters",
  );
  const all = Object.values(registry).flat();
  expect(json.parameters.map(({ section, key }) => `${String(section)}.${String(key)}`)).toEqual(
    all.map(({ section, key }) => `${section}.${key}`),
  );
  expect(json.parameters.find(({ key }) => key === "learning_rate")).toMatchObject({
    type: "float",
    default: { kind: "device", cuda: 2e-4, cpu: 3e-4 },
    minimum: 0,
    minimum_exclusive: true,
    maximum: 1,
    control: "number",
  });
  expect(json.parameters.find(({ key }) => key === "min_p")).toMatchObject({
    default: { kind: "fixed", cuda: null, cpu: null },
  });
});

test("recommends one preset, by the rows of a project where one is named", async () => {
  await server.ask("POST", "/api/projects", { json: { name: "Sky" } });
  await server.ask("PUT", "/api/projects/sky/data/a.jsonl", {
    body: '{"prompt":"a","completion":"b"}\n'.repeat(20),
  });
  const general = await server.ask<{ presets: { name: string }[]; recommended: string }>(
    "GET",
    "/api/presets",
  );
  expect(general.json.presets).toHaveLength(8);
  expect(general.json.presets.map(({ name }) => name)).toContain(general.json.recommended);
  const own = await server.ask("GET", "/api/presets?project=sky");
  expect(own.json["recommended"]).toBe("small_data");
  expect((await server.ask("GET", "/api/presets?project=sea")).error.code).toBe("not_found");
});
