import { execFileSync } from "node:child_process";
import { mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { markBegun, putIntoQueue } from "#core/runs/queue-entries.ts";
import { tryLock } from "#core/files/lock.ts";
import { createHarness } from "../testing/harness.ts";
import type { Harness } from "../testing/harness.ts";
import { finishedEvents, makeRunFolder, report } from "../testing/run-folder.ts";

let server: Harness;
beforeEach(async () => {
  server = await createHarness();
  await server.ask("POST", "/api/projects", { json: { name: "Sky" } });
});
afterEach(async () => {
  expect(server.log).toEqual([]);
  await server.close();
});

const id = "20261122-153726-k3f9";
const runs = "/api/projects/sky/runs";
const weights = "0123456789".repeat(1000);
const files = {
  "gguf/model-q8_0.gguf": "GGUF and more",
  Modelfile: "FROM ./gguf/model-q8_0.gguf\nPARAMETER temperature 0.7\n",
  "adapter/adapter_config.json": "{}",
  "adapter/adapter_model.safetensors": weights,
  "report.json": JSON.stringify(report),
  "worker.log": "some library said something\n",
};
const makeRun = () => makeRunFolder(server.workspace, "sky", { id, files });

test("a run is listed and read with state, report and files", async () => {
  await makeRun();
  const { json } = await server.ask("GET", `${runs}/${id}`);
  expect(json).toMatchObject({
    project: "sky",
    id,
    number: 1,
    spec: { targetName: "sky" },
    state: { status: "finished", step: 20, totalSteps: 20 },
    report: { verdict: "not_measured" },
    files: [
      { part: "gguf", name: "model-q8_0.gguf", bytes: 13 },
      { part: "modelfile", name: "Modelfile" },
      { part: "adapter", name: "sky-1-adapter.zip", bytes: weights.length + 2 },
      { part: "report", name: "report.json" },
      { part: "log", name: "worker.log" },
    ],
  });
  expect(Number(json["bytes"])).toBeGreaterThan(weights.length);
  const listed = { project: "sky", id, state: { status: "finished" } };
  expect((await server.ask("GET", runs)).json).toMatchObject({ runs: [listed], problems: [] });
  expect((await server.ask("GET", "/api/runs?status=finished,failed")).json).toMatchObject({
    runs: [listed],
  });
  expect((await server.ask("GET", "/api/runs?status=running")).json["runs"]).toEqual([]);
  expect((await server.ask("GET", "/api/runs?status=done")).error.code).toBe("parameter_option");
});

test("events come in pages that lead through all of them", async () => {
  await makeRun();
  const seqs: number[] = [];
  let after: number | null = 0;
  let pages = 0;
  while (after !== null) {
    const page: { json: { events: { seq: number }[]; next: number | null } } = await server.ask(
      "GET",
      `${runs}/${id}/events?after=${after}&limit=10`,
    );
    seqs.push(...page.json.events.map(({ seq }) => seq));
    after = page.json.next;
    pages += 1;
  }
  const count = finishedEvents(20).length;
  expect(seqs).toEqual(Array.from({ length: count }, (_, index) => index + 1));
  expect(pages).toBe(Math.ceil(count / 10));
  expect((await server.ask("GET", `${runs}/${id}/events?after=${count}`)).json).toEqual({
    events: [],
    next: null,
  });
});

test("the curve and the log's end", async () => {
  await makeRun();
  const { json } = await server.ask<{ points: unknown[] }>("GET", `${runs}/${id}/curve`);
  expect(json.points).toHaveLength(20);
  expect(json.points[0]).toMatchObject({ step: 1, loss: 3 });
  expect((await server.ask("GET", `${runs}/${id}/log?bytes=10`)).json).toMatchObject({
    truncated: true,
  });
  expect((await server.ask("GET", `${runs}/${id}/log`)).json).toMatchObject({
    text: files["worker.log"],
    truncated: false,
  });
});

test("files are downloaded as they are, and in parts", async () => {
  await makeRun();
  const gguf = await server.send("GET", `${runs}/${id}/files/gguf`);
  expect(gguf.headers.get("content-disposition")).toContain('filename="model-q8_0.gguf"');
  expect(gguf.headers.get("content-length")).toBe("13");
  expect(await gguf.text()).toBe("GGUF and more");
  const rest = await server.send("GET", `${runs}/${id}/files/gguf`, {
    headers: { range: "bytes=5-" },
  });
  expect([rest.status, await rest.text()]).toEqual([206, "and more"]);
  // Side by side in one folder of downloads, as `ollama create` expects them.
  const modelfile = await server.send("GET", `${runs}/${id}/files/modelfile`);
  expect(await modelfile.text()).toBe("FROM ./model-q8_0.gguf\nPARAMETER temperature 0.7\n");
});

test("a folder comes as a zip archive of the announced size", async () => {
  await makeRun();
  const reply = await server.send("GET", `${runs}/${id}/files/adapter`);
  expect(reply.headers.get("content-type")).toBe("application/zip");
  const bytes = Buffer.from(await reply.arrayBuffer());
  expect(reply.headers.get("content-length")).toBe(String(bytes.length));
  const folder = await mkdtemp(join(tmpdir(), "tunesmith-zip-"));
  await writeFile(join(folder, "adapter.zip"), bytes);
  // Python reads zip archives everywhere that training works.
  execFileSync(
    process.platform === "win32" ? "python" : "python3",
    ["-m", "zipfile", "-e", "adapter.zip", "out"],
    { cwd: folder },
  );
  expect((await readdir(join(folder, "out"))).sort()).toEqual([
    "adapter_config.json",
    "adapter_model.safetensors",
  ]);
  expect(await readFile(join(folder, "out", "adapter_model.safetensors"), "utf8")).toBe(weights);
  await rm(folder, { recursive: true });
});

test("what the run has not made is refused with its state", async () => {
  await makeRun();
  const merged = await server.ask("GET", `${runs}/${id}/files/merged`);
  expect([merged.status, merged.error.code]).toEqual([409, "run_not_finished"]);
  expect(merged.error.params).toEqual({ id, status: "finished" });
  expect((await server.ask("GET", `${runs}/${id}/files/run.json`)).status).toBe(422);
});

test("wishes fit the state of the run", async () => {
  await makeRun();
  for (const action of ["cancel", "pause", "resume"]) {
    const { status, error } = await server.ask("POST", `${runs}/${id}/${action}`);
    expect([status, error.code], action).toEqual([409, "run_not_active"]);
  }
  const missing = await server.ask("POST", `${runs}/20000101-000000-none/cancel`);
  expect([missing.status, missing.error.code]).toEqual([404, "run_not_found"]);
});

test("a project whose run goes on is closed to changes, and its run to deletion", async () => {
  const folder = await makeRunFolder(server.workspace, "sky", {
    id,
    events: finishedEvents(20).slice(0, 5),
  });
  // The runner's lock, held as a runner holds it.
  const entry = { slug: "sky", id: "20261122-153726-k3f9" };
  await putIntoQueue(server.workspace, entry, { by: "person" });
  await markBegun(server.workspace, entry);
  const lock = tryLock(join(folder, "run.lock"));
  expect(lock).toBeDefined();
  expect((await server.ask("GET", "/api/projects/sky")).json["active_run"]).toBe(id);
  for (const [method, path, json] of [
    ["PATCH", "/api/projects/sky", { lora_config: { r: 8 } }],
    ["POST", "/api/projects/sky/preset", { preset: "balanced" }],
    ["POST", "/api/projects/sky/reset", { section: "lora_config" }],
    ["DELETE", "/api/projects/sky", undefined],
  ] as const) {
    const { status, error } = await server.ask(method, path, { json });
    expect([status, error.code], path).toEqual([409, "project_training"]);
    expect(error.params["run"]).toBe(id);
  }
  const upload = await server.ask("PUT", "/api/projects/sky/data/a.jsonl", { body: "x" });
  expect(upload.error.code).toBe("project_training");
  // Its name is no setting.
  const renamed = await server.ask("PATCH", "/api/projects/sky", { json: { name: "Himmel" } });
  expect(renamed.status).toBe(200);
  const deleted = await server.ask("DELETE", `${runs}/${id}`);
  expect([deleted.status, deleted.error.code]).toEqual([409, "run_active"]);
  const cancel = await server.ask("POST", `${runs}/${id}/cancel`);
  expect([cancel.status, cancel.json["id"]]).toEqual([202, id]);
  expect(await readdir(join(folder, "wishes"))).toEqual(["cancel.json"]);
  lock?.release();

  expect((await server.ask("GET", `${runs}/${id}`)).json["state"]).toMatchObject({
    status: "interrupted",
  });
  expect((await server.ask("DELETE", `${runs}/${id}`)).status).toBe(204);
  expect((await server.ask("GET", `${runs}/${id}`)).error.code).toBe("run_not_found");
});

test("a run.json of nonsense is reported and left as it is", async () => {
  const folder = await makeRun();
  await writeFile(join(folder, "run.json"), '{"schemaVersion":1}');
  const list = await server.ask("GET", runs);
  expect(list.json).toMatchObject({ runs: [], problems: [{ code: "run_spec_invalid" }] });
  const read = await server.ask("GET", `${runs}/${id}`);
  expect([read.status, read.error.code]).toEqual([500, "run_spec_invalid"]);
  expect(await readFile(join(folder, "run.json"), "utf8")).toBe('{"schemaVersion":1}');
});

test("a chat with a run that has no GGUF is refused with a status", async () => {
  await makeRunFolder(server.workspace, "sky", { id });
  const json = { messages: [{ role: "user", content: "Hello" }] };
  const { status, error } = await server.ask("POST", `${runs}/${id}/chat`, { json });
  expect([status, error.code, error.params]).toEqual([
    409,
    "chat_no_model",
    { id, status: "finished" },
  ]);
  const empty = await server.ask("POST", `${runs}/${id}/chat`, { json: { messages: [] } });
  expect([empty.status, empty.error.params["field"]]).toEqual([422, "messages"]);
});

test("runs are compared over HTTP, and a fault in the question is said", async () => {
  const other = "20261122-163726-k3f9";
  await makeRunFolder(server.workspace, "sky", { id });
  await makeRunFolder(server.workspace, "sky", { id: other, number: 2 });
  const { json } = await server.ask("GET", `/api/compare?runs=sky/${id},sky/${other}`);
  expect(json).toMatchObject({ runs: [{ number: 1 }, { number: 2 }], differences: [] });
  const one = await server.ask("GET", `/api/compare?runs=sky/${id}`);
  expect([one.status, one.error.code]).toEqual([400, "bad_request"]);
  const none = await server.ask("GET", `/api/compare?runs=sky/${id},sky/../x`);
  expect([none.status, none.error.code]).toEqual([400, "path_refused"]);
});
