import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { checkData, createProject, readProject } from "../api.ts";
import { makePairs, parquet } from "../datasets/formats/testing/make-files.ts";
import { updateSettings } from "../settings.ts";
import { temporaryWorkspace } from "../testing/temporary-workspace.ts";
import type { Workspace } from "../workspace.ts";
import { connectHub } from "./connect.ts";
import { downloadSplit, listDataset } from "./dataset.ts";
import { sha256, startHub, type TestHub } from "./testing/hub-server.ts";

const quick = { attempts: 2, waitMs: 1, idleMs: 20_000 };
const id = "acme/lighthouses";
const wanted = { id, config: "default", split: "train", role: "train" } as const;

// On cores that others use too, everything takes many times longer.
vi.setConfig({ testTimeout: 120_000 });

let hub: TestHub;
let ws: Workspace;

beforeEach(async () => {
  hub = await startHub();
  const [first, second] = [makePairs(30), makePairs(50).slice(30)];
  hub.datasets.set(id, {
    files: {
      "default/train/0000.parquet": parquet(first),
      "default/train/0001.parquet": parquet(second),
      "default/test/0000.parquet": parquet(makePairs(60).slice(50)),
    },
    parquet: {
      default: {
        train: ["default/train/0000.parquet", "default/train/0001.parquet"],
        test: ["default/test/0000.parquet"],
      },
    },
  });
  vi.stubEnv("HF_ENDPOINT", hub.url);
  vi.stubEnv("HF_HUB_OFFLINE", "");
  vi.stubEnv("HF_HUB_DISABLE_IMPLICIT_TOKEN", "1");
  ws = await temporaryWorkspace();
  await createProject(ws, { name: "Sky" });
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await hub.close();
});

const splitsOf = async (name: string) => listDataset(await connectHub(ws, quick), name);
const download = (more = {}) =>
  downloadSplit(ws, "sky", { ...wanted, ...more }, { patience: quick });

test("the splits of a dataset are told", async () => {
  const splits = await splitsOf(id);
  expect(splits.map(({ config, split, files }) => [config, split, files.length])).toEqual([
    ["default", "train", 2],
    ["default", "test", 1],
  ]);
});

test("a split becomes data of the project, byte for byte, and every row is accounted for", async () => {
  const added = await download();
  await download({ split: "test", role: "check" });
  expect(added.map(({ name }) => name)).toEqual([
    "lighthouses-train-1.parquet",
    "lighthouses-train-2.parquet",
  ]);
  const [first] = added;
  const bytes = hub.datasets.get(id)!.files["default/train/0000.parquet"]!;
  expect(first).toMatchObject({ bytes: bytes.length, sha256: sha256(bytes), role: "train" });
  const stored = await readFile(join(ws.home, "projects", "sky", "data", first!.name));
  expect(stored.equals(bytes)).toBe(true);
  expect((await readProject(ws, "sky")).data).toHaveLength(3);
  expect(await checkData(ws, "sky")).toMatchObject({ rows: 60, train: 50, check: 10, leftOut: 0 });
  expect(await readdir(join(ws.home, "tmp"))).toEqual([]);
});

test("a broken download goes on where it was; damage is told and nothing is added", async () => {
  hub.faults.push({ path: "0001.parquet", kind: "drop", after: 300, times: 1 });
  hub.faults.push({ path: "0001.parquet", kind: "drop", after: 0 });
  await expect(download()).rejects.toMatchObject({ code: "hub_connection_lost" });
  hub.faults.length = 0;
  hub.seen.length = 0;
  expect(await download()).toHaveLength(2);
  expect(hub.seen.some(({ range }) => range?.match(/^bytes=[1-9]\d*-$/))).toBe(true);

  hub.faults.push({ path: "test/0000.parquet", kind: "wrong" });
  await expect(download({ split: "test" })).rejects.toMatchObject({ code: "hub_file_wrong" });
  expect((await readProject(ws, "sky")).data).toHaveLength(2);
});

test("the token of a gated dataset goes to the hub alone", async () => {
  hub.datasets.get(id)!.gated = "auto";
  hub.tokens.set("hf_mine", [id]);
  await expect(download()).rejects.toMatchObject({
    code: "hub_gated",
    params: { url: `${hub.url}/datasets/${id}` },
  });
  await updateSettings(ws, { huggingFaceToken: "hf_mine" });
  await download();
  const away = hub.seen.filter(({ origin }) => origin === "cdn");
  expect(away.length).toBeGreaterThan(0);
  expect(away.every(({ authorization }) => authorization === undefined)).toBe(true);
});

test("what is not there is said", async () => {
  await expect(splitsOf("acme/none")).rejects.toMatchObject({ code: "hub_not_found" });
  await expect(download({ split: "validation" })).rejects.toMatchObject({
    code: "hub_split_unknown",
    params: { known: "default/train, default/test" },
  });
  hub.datasets.set("acme/bare", { files: {} });
  await expect(splitsOf("acme/bare")).rejects.toMatchObject({ code: "hub_dataset_empty" });
});

test("addresses of another host are refused, whatever the hub says", async () => {
  hub.foreignParquet = "https://elsewhere.example/";
  await expect(download()).rejects.toMatchObject({ code: "hub_reply_invalid" });
});
