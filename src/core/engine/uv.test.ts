import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { tunesmithHome } from "../home.ts";
import type { EngineProgress } from "./progress.ts";
import { enginesFolder } from "./paths.ts";
import type { Python } from "./python.ts";
import { downloadProgress, makePythonEnvironment, uvEnvironment } from "./python-environment.ts";
import { realPython } from "./testing/real-python.ts";
import { lockedUvVersion, provideUv } from "./uv.ts";

let folder: string;
const folders: string[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tunesmith-uv-"));
  folders.push(folder);
});
afterAll(() => {
  for (const each of folders) rmSync(each, { recursive: true, force: true });
});

/** No index answers at this address: nothing listens on the discard port. */
const offline = {
  HTTPS_PROXY: "http://127.0.0.1:9",
  HTTP_PROXY: "http://127.0.0.1:9",
  ALL_PROXY: "http://127.0.0.1:9",
  UV_HTTP_RETRIES: "0",
};
const options = (env: NodeJS.ProcessEnv) => ({
  engines: folder,
  log: join(folder, "install.log"),
  env,
});

describe("uv", () => {
  test("needs some Python", async () => {
    await expect(provideUv([], options({ PATH: "" }))).rejects.toMatchObject({
      code: "engine_no_python",
    });
  });

  test("needs a Python with pip or venv", async () => {
    const bare: Python = { ...(await realPython()), hasPip: false, hasVenv: false };
    await expect(provideUv([bare], options({ PATH: "" }))).rejects.toMatchObject({
      code: "engine_no_venv",
      params: { python: bare.executable },
    });
  });

  test.each([
    ["pip", { hasPip: true }],
    ["a virtual environment's pip", { hasPip: false, hasVenv: true }],
  ])(
    "without a network, through %s, is told as that, and leaves nothing",
    async (_name, has) => {
      const python = { ...(await realPython()), ...has };
      const env = { ...process.env, ...offline, PATH: "", PIP_NO_CACHE_DIR: "1" };
      await expect(provideUv([python], options(env))).rejects.toMatchObject({
        code: "engine_no_network",
        params: { what: "uv" },
      });
      expect(readdirSync(join(folder, "tools"))).toEqual([]);
      // Making a virtual environment takes long where others use the machine, too.
    },
    120_000,
  );

  test("is pinned", async () => {
    expect(await lockedUvVersion()).toMatch(/^\d+\.\d+\.\d+$/);
  });
});

describe("the Python environment", () => {
  const make = async (env: NodeJS.ProcessEnv, target = join(folder, "python")) => {
    const python = await realPython();
    const engines = enginesFolder(tunesmithHome());
    const tools = { engines, log: join(folder, "log"), env: process.env };
    const uv = await provideUv([python], tools);
    const rest = { ...options(env), uv, pythons: [python], onProgress: () => {} };
    return makePythonEnvironment(target, rest);
  };

  test("without a network is told as that", async () => {
    const env = { ...process.env, ...offline, UV_CACHE_DIR: join(folder, "cache") };
    await expect(make(env)).rejects.toMatchObject({ code: "engine_no_network" });
  });

  test("where it cannot be made tells why and names the log", async () => {
    const log = join(folder, "log");
    await expect(make(process.env, "/dev/null/python")).rejects.toMatchObject({
      code: "engine_install_failed",
      params: { log: join(folder, "install.log") },
    });
    expect(existsSync(log) || existsSync(join(folder, "install.log"))).toBe(true);
  });
});

test("uv trusts whom the machine trusts, unless told otherwise", () => {
  expect(uvEnvironment(folder, {})).toMatchObject({ UV_SYSTEM_CERTS: "1" });
  const own = { UV_SYSTEM_CERTS: "0", VIRTUAL_ENV: "x" };
  expect(uvEnvironment(folder, own)).toMatchObject({ UV_SYSTEM_CERTS: "0" });
  expect(uvEnvironment(folder, own)).not.toHaveProperty("VIRTUAL_ENV");
});

test("uv's lines become bytes", () => {
  const seen: EngineProgress[] = [];
  const read = downloadProgress((progress) => seen.push(progress));
  for (const line of [
    "Resolved 2 packages in 3ms",
    "Downloading torch (514.2MiB)",
    "Downloading tiny (1.0KiB)",
    " Downloaded tiny",
    "Downloaded torch",
    "Installed 2 packages in 5ms",
  ])
    read(line);
  const torch = 514.2 * 2 ** 20;
  expect(seen).toEqual([
    { step: "python", note: "torch", doneBytes: 0, totalBytes: torch },
    { step: "python", note: "tiny", doneBytes: 0, totalBytes: torch + 1024 },
    { step: "python", note: "tiny", doneBytes: 1024, totalBytes: torch + 1024 },
    { step: "python", note: "torch", doneBytes: torch + 1024, totalBytes: torch + 1024 },
    { step: "compiling" },
  ]);
});
