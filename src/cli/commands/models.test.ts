import { once } from "node:events";
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { makePairs, parquet } from "#core/datasets/formats/testing/make-files.ts";
import { starterId, startHub, type TestHub } from "#core/hub/testing/hub-server.ts";
import { temporaryFolder } from "#core/testing/temporary-workspace.ts";
import { jsonLines, runCli, startCli } from "../testing/run-cli.ts";

// On cores that others use too, everything takes many times longer.
vi.setConfig({ testTimeout: 120_000 });

let hub: TestHub;
let env: NodeJS.ProcessEnv;
let home: string;

beforeEach(async () => {
  hub = await startHub();
  home = await temporaryFolder();
  env = {
    TUNESMITH_HOME: home,
    HF_ENDPOINT: hub.url,
    HF_HUB_CACHE: join(home, "cache"),
    HF_HUB_OFFLINE: "",
    HF_TOKEN: "",
    HF_TOKEN_PATH: join(home, "none"),
  };
});
afterEach(() => hub.close());

const cli = (args: string[], options: { input?: string; env?: NodeJS.ProcessEnv } = {}) =>
  runCli(args, { ...options, env: { ...env, ...options.env } });

test("models are listed with what they need, and searched on the hub", async () => {
  const list = await cli(["models"], { env: { COLUMNS: "160" } });
  expect(list.stdout).toMatch(/^starter .*on this disk$/m);
  expect(list.stdout).toMatch(/SmolLM2-135M-Instruct .*272 MB +Apache-2\.0/);
  expect(list.stdout).toMatch(/Needs are for training with 512 tokens/);
  expect(hub.seen).toEqual([]);
  const found = await cli(["models", "search", "starter"]);
  expect(found.stdout).toMatch(/tunesmith\/starter +7\.5 MB +apache-2\.0 +llama/);
  const none = await cli(["models", "search", "nothing like it"], { env: { LC_ALL: "de_DE" } });
  expect(none.stdout).toBe("Der Hub hat zu „nothing like it“ kein Modell mit safetensors.\n");
});

test("a download is paused with Ctrl-C, gone on with, and usable", async () => {
  hub.hold = 100_000;
  const child = startCli(["models", "download", starterId, "--json"], { env });
  let lines = "";
  child.stdout?.setEncoding("utf8").on("data", (text: string) => {
    lines += text;
    if (!child.killed && lines.includes('"model.safetensors"')) child.kill("SIGINT");
  });
  const [code] = (await once(child, "close")) as [number];
  expect(code).toBe(3);
  expect(jsonLines(lines).at(-1)).toEqual({ type: "paused", id: starterId });
  hub.flow();
  hub.seen.length = 0;

  const rest = await cli(["models", "download", starterId]);
  expect(rest.code).toBe(0);
  expect(rest.stdout).toContain("is whole and proven");
  expect(hub.seen.some(({ range }) => range !== undefined)).toBe(true);
  const created = await cli(["new", "Sky", "--model", starterId]);
  expect([created.code, created.stderr]).toEqual([0, ""]);
});

test("what goes wrong has words and an exit code", async () => {
  const away = { HF_ENDPOINT: "http://127.0.0.1:9" };
  const search = await cli(["models", "search", "x"], { env: away });
  expect([search.code, search.stderr]).toEqual([9, expect.stringContaining("cannot be reached")]);
  expect((await cli(["models", "download", "noname"])).code).toBe(2);
  hub.faults.push({ path: "model.safetensors", kind: "status", status: 403 });
  expect((await cli(["models", "download", starterId])).code).toBe(9);
  const freed = await cli(["models", "discard", starterId]);
  expect(freed.stdout).toMatch(/^[\d.]+ kB freed\.$/m);
});

test("a token is set from standard input, named, never shown, and removed", async () => {
  const set = await cli(["token", "set"], { input: "hf_secret\n" });
  expect(set.stdout).toBe(
    `An access token is set (settings); it is sent to ${new URL(hub.url).host} alone.\n`,
  );
  const secrets = join(home, "secrets.json");
  expect(await readFile(secrets, "utf8")).toContain("hf_secret");
  if (process.platform !== "win32") expect((await stat(secrets)).mode & 0o777).toBe(0o600);
  expect((await cli(["token", "--json"])).stdout).toBe('{"source":"settings"}\n');
  expect((await cli(["token", "remove"])).stdout).toContain("No access token is set");
  expect((await cli(["token", "set"], { input: "\n" })).code).toBe(2);
  const named = await cli(["token"], { env: { HF_TOKEN: "hf_other" } });
  expect(named.stdout).toContain("(HF_TOKEN)");
  expect(named.stdout).not.toContain("hf_other");
});

test("a dataset of the hub is listed, and one of its splits becomes a project's data", async () => {
  hub.datasets.set("acme/lighthouses", {
    files: { "default/train/0000.parquet": parquet(makePairs(20)) },
    parquet: { default: { train: ["default/train/0000.parquet"] } },
  });
  const list = await cli(["dataset", "acme/lighthouses"]);
  expect(list.stdout).toMatch(/^default +train +1$/m);
  await cli(["new", "Sky"]);
  const added = await cli(["dataset", "acme/lighthouses", "sky"]);
  expect(added.stdout).toContain("lighthouses-train.parquet is now data of Sky.");
  const checked = await cli(["check", "sky", "--json"]);
  expect(checked.stdout).toContain('"rows":20');
  const wrong = await cli(["dataset", "acme/lighthouses", "sky", "--split", "test"]);
  expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining("default/train")]);
});
