import { execFile } from "node:child_process";
import { open, readFile, readdir, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { updateSettings } from "../settings.ts";
import { temporaryFolder, temporaryWorkspace } from "../testing/temporary-workspace.ts";
import { trainerPaths } from "../trainer/paths.ts";
import type { Workspace } from "../workspace.ts";
import { discardDownload, downloadModel } from "./download-model.ts";
import { readPlan } from "./download-plan.ts";
import { commitOf, sha256, starterId, startHub, type TestHub } from "./testing/hub-server.ts";

const repo = { type: "model", id: starterId } as const;
const quick = { attempts: 3, waitMs: 1, idleMs: 20_000 };

// On cores that others use too, everything takes many times longer.
vi.setConfig({ testTimeout: 120_000 });

let hub: TestHub;
let ws: Workspace;
let cache: string;
let folder: string;

beforeEach(async () => {
  hub = await startHub();
  ws = await temporaryWorkspace();
  cache = await temporaryFolder();
  folder = join(cache, "models--tunesmith--starter");
  vi.stubEnv("HF_ENDPOINT", hub.url);
  vi.stubEnv("HF_HUB_CACHE", cache);
  vi.stubEnv("HF_HUB_OFFLINE", "");
  vi.stubEnv("HF_HUB_DISABLE_IMPLICIT_TOKEN", "1");
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await hub.close();
});

const starter = () => hub.models.get(starterId)!;
const weights = () => starter().files["model.safetensors"]!;
const weightsRequests = () => hub.seen.filter(({ path }) => path.includes("safetensors"));
const partOfWeights = () => join(folder, "blobs", `${sha256(weights())}.incomplete`);
const download = (options = {}) => downloadModel(ws, starterId, { patience: quick, ...options });

test("a model comes whole, with progress, and huggingface_hub finds it", async () => {
  starter().files["consolidated.safetensors"] = Buffer.from("the same once more");
  starter().files["pytorch_model.bin"] = Buffer.from("a pickle");
  starter().files["onnx/model.onnx"] = Buffer.from("another format");
  const progress: number[] = [];
  let total = 0;
  const found = await download({
    onProgress: ({ doneBytes, totalBytes }: { doneBytes: number; totalBytes: number }) => {
      progress.push(doneBytes);
      total = totalBytes;
    },
  });

  expect(found).toEqual({
    folder: join(folder, "snapshots", commitOf(starter())),
    commit: commitOf(starter()),
  });
  expect((await readdir(found.folder)).sort()).toEqual([
    "LICENSE",
    "chat_template.jinja",
    "config.json",
    "generation_config.json",
    "model.safetensors",
    "tokenizer.json",
    "tokenizer_config.json",
  ]);
  expect(await readFile(join(found.folder, "model.safetensors"))).toEqual(weights());
  expect(await readFile(join(folder, "refs", "main"), "utf8")).toBe(found.commit);
  expect(progress.at(-1)).toBe(total);
  expect(progress).toEqual([...progress].sort((a, b) => a - b));
  expect(await readPlan(ws, repo)).toBeUndefined();

  const { python } = await trainerPaths(ws);
  const script =
    "from huggingface_hub import snapshot_download, scan_cache_dir\n" +
    `print(snapshot_download("${starterId}", local_files_only=True))\n` +
    "info = scan_cache_dir()\n" +
    "print(len(info.warnings), [(r.repo_id, r.nb_files, [sorted(v.refs) for v in r.revisions]) for r in info.repos])";
  const { stdout } = await promisify(execFile)(python, ["-c", script], {
    env: { ...process.env, HF_HUB_CACHE: cache },
  });
  expect(stdout.trim().split(/\r?\n/)).toEqual([
    found.folder,
    `0 [('${starterId}', 7, [['main']])]`,
  ]);
});

test("a second download fetches nothing that is there", async () => {
  await download();
  const before = weightsRequests().length;
  await download();
  expect(weightsRequests()).toHaveLength(before);
});

test("a broken connection is gone on with where it broke, by itself", async () => {
  hub.faults.push({ path: "model.safetensors", kind: "drop", after: 100_000, times: 2 });
  const { folder: found } = await download();
  expect(await readFile(join(found, "model.safetensors"))).toEqual(weights());
  const ranges = weightsRequests()
    .filter(({ origin }) => origin === "cdn")
    .map(({ range }) => range);
  expect(ranges).toEqual([
    undefined,
    expect.stringMatching(/^bytes=\d+-$/),
    expect.stringMatching(/^bytes=\d+-$/),
  ]);
});

test("a connection that stays silent counts as broken", async () => {
  hub.faults.push({ path: "model.safetensors", kind: "stall", after: 1000, times: 1 });
  const { folder: found } = await download({ patience: { ...quick, idleMs: 300 } });
  expect(await readFile(join(found, "model.safetensors"))).toEqual(weights());
});

test("without a network the download ends in words, and a later one goes on", async () => {
  hub.faults.push({ path: "model.safetensors", kind: "drop", after: 300_000, times: 1 });
  hub.faults.push({ path: "model.safetensors", kind: "drop", after: 0 });
  await expect(download()).rejects.toMatchObject({
    code: "hub_connection_lost",
    params: { file: "model.safetensors", attempts: 3 },
  });
  const kept = (await stat(partOfWeights())).size;
  expect(kept).toBeGreaterThan(0);
  // Nothing half-made is shown to other tools.
  await expect(readdir(join(folder, "snapshots"))).rejects.toThrow("ENOENT");

  hub.faults.length = 0;
  hub.seen.length = 0;
  await download();
  expect(weightsRequests().map(({ range }) => range)).toEqual([`bytes=${kept}-`, `bytes=${kept}-`]);
});

test("a server that ignores ranges is read from the beginning", async () => {
  hub.faults.push({ path: "model.safetensors", kind: "drop", after: 200_000, times: 1 });
  hub.faults.push({ path: "model.safetensors", kind: "ignore-range" });
  const { folder: found } = await download();
  expect(await readFile(join(found, "model.safetensors"))).toEqual(weights());
});

test("cancelling keeps what arrived; giving up deletes it", async () => {
  hub.hold = 200_000;
  const stop = new AbortController();
  const going = download({
    signal: stop.signal,
    onProgress: ({ file, doneBytes }: { file: string; doneBytes: number }) => {
      if (file === "model.safetensors" && doneBytes > 150_000) stop.abort(new Error("enough"));
    },
  });
  await expect(going).rejects.toThrow("enough");
  expect((await stat(partOfWeights())).size).toBeGreaterThan(0);
  expect((await readPlan(ws, repo))?.commit).toBe(commitOf(starter()));
  hub.flow();

  expect(await discardDownload(ws, starterId)).toBeGreaterThan(150_000);
  expect(await readPlan(ws, repo)).toBeUndefined();
  expect(await readdir(cache)).toEqual([".locks"]);
});

test("giving up a new version leaves the old one whole", async () => {
  const old = await download();
  starter().files["model.safetensors"] = Buffer.alloc(500_000, 7);
  hub.faults.push({ path: "model.safetensors", kind: "drop", after: 0 });
  await expect(download()).rejects.toMatchObject({ code: "hub_connection_lost" });
  await discardDownload(ws, starterId);
  expect((await readdir(old.folder)).length).toBe(7);
  expect((await readFile(join(old.folder, "config.json"))).length).toBeGreaterThan(100);
});

test("a download goes on with the version it began with, unless that was taken back", async () => {
  hub.faults.push({ path: "model.safetensors", kind: "drop", after: 0 });
  await expect(download()).rejects.toMatchObject({ code: "hub_connection_lost" });
  hub.faults.length = 0;
  starter().files["config.json"] = Buffer.from(
    `${starter().files["config.json"]!.toString("utf8")}\n`,
  );
  const { commit } = await download();
  expect(commit).toBe(commitOf(starter()));
});

test("a file with another hash is deleted and told, not shown", async () => {
  hub.faults.push({ path: "model.safetensors", kind: "wrong" });
  await expect(download()).rejects.toMatchObject({
    code: "hub_file_wrong",
    params: { file: "model.safetensors", algorithm: "SHA-256", expected: sha256(weights()) },
  });
  expect(
    (await readdir(join(folder, "blobs"))).filter((name) => name.includes(sha256(weights()))),
  ).toEqual([]);
  hub.faults.length = 0;
  hub.faults.push({ path: "LICENSE", kind: "wrong", times: 1 });
  await rm(folder, { recursive: true });
  await expect(download()).rejects.toMatchObject({
    code: "hub_file_wrong",
    params: { file: "LICENSE", algorithm: "SHA-1" },
  });
});

test("the disk is looked at before, and what it refuses is said", async () => {
  await expect(withFreeBytes(100_000_000, () => download())).rejects.toMatchObject({
    code: "hub_no_disk",
    params: { free: "100 MB" },
  });

  const file = join(await temporaryFolder(), "file");
  await writeFile(file, "");
  vi.stubEnv("HF_HUB_CACHE", join(file, "hub"));
  await expect(download()).rejects.toMatchObject({ code: "hub_cache_folder" });
});

test("a disk that becomes full on the way is said, and what arrived is gone on with", async () => {
  const probe = await open(join(await temporaryFolder(), "probe"), "w");
  const handles = Object.getPrototypeOf(probe) as typeof probe;
  await probe.close();
  // oxlint-disable-next-line typescript/unbound-method -- called below with the handle as `this`
  const write = handles.write as (...given: unknown[]) => Promise<unknown>;
  let room = 300_000;
  const spy = vi.spyOn(handles, "write").mockImplementation(function (this: unknown, ...given) {
    room -= (given[0] as unknown as Uint8Array).length;
    if (room >= 0) return write.apply(this, given) as never;
    const full = { code: "ENOSPC", syscall: "write" };
    return Promise.reject(Object.assign(new Error("no space left on device"), full));
  });
  await expect(download()).rejects.toMatchObject({ code: "disk_full" });
  spy.mockRestore();
  const kept = (await stat(partOfWeights())).size;
  expect(kept).toBeGreaterThan(0);
  hub.seen.length = 0;
  const { folder: found } = await download();
  expect(weightsRequests()[0]?.range).toBe(`bytes=${kept}-`);
  expect((await readFile(join(found, "model.safetensors"))).equals(weights())).toBe(true);
});

async function withFreeBytes<T>(free: number, act: () => Promise<T>): Promise<T> {
  const disk = await import("../engine/disk.ts");
  const spy = vi.spyOn(disk, "freeBytes").mockResolvedValue(free);
  try {
    return await act();
  } finally {
    spy.mockRestore();
  }
}

test("the token goes to the hub alone, never to the host that it redirects to", async () => {
  hub.tokens.set("hf_secret", [starterId]);
  starter().gated = "auto";
  await updateSettings(ws, { huggingFaceToken: "hf_secret" });
  await download();
  const by = (origin: string) => hub.seen.filter((one) => one.origin === origin);
  expect(new Set(by("hub").map(({ authorization }) => authorization))).toEqual(
    new Set(["Bearer hf_secret"]),
  );
  expect(by("cdn").length).toBeGreaterThan(0);
  expect(by("cdn").filter(({ authorization }) => authorization !== undefined)).toEqual([]);
});

test.each([
  ["without a token", undefined, "hub_gated", { id: starterId }],
  ["with an account that has no access", "hf_other", "hub_gated_refused", { source: "settings" }],
  ["with a token that is none", "hf_wrong", "hub_token_wrong", { source: "settings" }],
] as const)("a gated model %s", async (_, token, code, params) => {
  starter().gated = "manual";
  hub.tokens.set("hf_other", []);
  if (token) await updateSettings(ws, { huggingFaceToken: token });
  const failure = await download().catch((error: unknown) => error);
  expect(failure).toMatchObject({ code, params });
  expect(JSON.stringify(failure)).not.toContain("hf_");
});

test("a token from the environment is used and named", async () => {
  vi.stubEnv("HF_HUB_DISABLE_IMPLICIT_TOKEN", "");
  vi.stubEnv("HF_TOKEN", "hf_environment\n");
  await expect(download()).rejects.toMatchObject({
    code: "hub_token_wrong",
    params: { source: "HF_TOKEN" },
  });
  vi.stubEnv("HF_TOKEN", "");
  const home = await temporaryFolder();
  vi.stubEnv("HF_HOME", home);
  await writeFile(join(home, "token"), "hf_file");
  await expect(download()).rejects.toMatchObject({
    code: "hub_token_wrong",
    params: { source: "token file" },
  });
});

test("what is not there, or of no use, is said before anything is fetched", async () => {
  await expect(downloadModel(ws, "nobody/nothing", { patience: quick })).rejects.toMatchObject({
    code: "hub_not_found",
    params: { id: "nobody/nothing" },
  });
  await expect(downloadModel(ws, "../etc", { patience: quick })).rejects.toMatchObject({
    code: "hub_id_invalid",
  });
  delete starter().files["tokenizer.json"];
  await expect(download()).rejects.toMatchObject({ code: "hub_no_tokenizer" });
  delete starter().files["model.safetensors"];
  await expect(download()).rejects.toMatchObject({ code: "hub_no_weights" });
  expect(await readdir(cache)).toEqual([".locks"]);
});

test("a busy hub is waited for, but not for long", async () => {
  const busy = { path: "model.safetensors", kind: "status", status: 429 } as const;
  hub.faults.push({ ...busy, headers: { "retry-after": "1" }, times: 1 });
  await download();
  await rm(folder, { recursive: true });
  hub.faults.push({ ...busy, headers: { "retry-after": "900" } });
  await expect(download()).rejects.toMatchObject({
    code: "hub_rate_limited",
    params: { seconds: 900 },
  });
});

test("errors of the hub are tried again, then told", async () => {
  hub.faults.push({ path: "LICENSE", kind: "status", status: 503, times: 2 });
  await download();
  await rm(folder, { recursive: true });
  hub.faults.push({ path: "LICENSE", kind: "status", status: 500 });
  await expect(download()).rejects.toMatchObject({
    code: "hub_refused",
    params: { what: "LICENSE", status: 500 },
  });
});

test("no hub at all", async () => {
  await hub.close();
  await expect(download()).rejects.toMatchObject({
    code: "hub_unreachable",
    params: { detail: "ECONNREFUSED" },
  });
  vi.stubEnv("HF_HUB_OFFLINE", "1");
  await expect(download()).rejects.toMatchObject({ code: "hub_offline" });
  hub = await startHub();
});

test("one download of a model at a time", async () => {
  hub.hold = 1000;
  const stop = new AbortController();
  let first: Promise<unknown> | undefined;
  const begun = new Promise<void>((begin) => {
    first = download({ signal: stop.signal, onProgress: () => begin() });
  });
  await begun;
  await expect(download()).rejects.toMatchObject({ code: "hub_download_busy" });
  stop.abort(new Error("stop"));
  await expect(first).rejects.toThrow("stop");
  hub.flow();
  await download();
});
