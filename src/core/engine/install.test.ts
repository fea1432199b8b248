import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeEach, describe, expect, test, vi } from "vitest";
import { findProgram } from "./mend.ts";
import { installEngine } from "./install.ts";
import { enginePaths, type EnginePaths } from "./paths.ts";
import { engineStatus } from "./status.ts";

const folders: string[] = [];
let home: string;
let paths: EnginePaths;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "tunesmith-install-"));
  folders.push(home);
  // Never the machine's own engine: these tests write into the paths they get.
  for (const name of ["TUNESMITH_ENGINE", "TUNESMITH_PYTHON", "TUNESMITH_LLAMA"])
    vi.stubEnv(name, "");
  paths = enginePaths(home);
});
afterAll(() => {
  vi.unstubAllEnvs();
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

const write = (file: string, text = ""): void => {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
};

/** The files by which an engine is told to be there; none of them is run here. */
function layEngine(): void {
  write(paths.python);
  mkdirSync(join(paths.llama, "lib"), { recursive: true });
  write(join(paths.llama, "source", "convert_hf_to_gguf.py"));
  const createdAt = "2026-01-01T00:00:00Z";
  const stamp = { schemaVersion: 1, id: "x", createdAt, versions: { torch: "2" } };
  write(paths.stamp, JSON.stringify(stamp));
}

describe("the state of an engine", () => {
  test("missing, ready, broken", async () => {
    expect(await engineStatus(home)).toMatchObject({ state: "missing", paths, others: [] });
    layEngine();
    expect(await engineStatus(home)).toMatchObject({ state: "ready", stamp: { id: "x" } });
    rmSync(paths.python);
    expect(await engineStatus(home)).toMatchObject({ state: "broken", gone: paths.python });
  });

  test("a stamp that was not written to its end counts for nothing", async () => {
    layEngine();
    writeFileSync(paths.stamp, '{"schemaVersion": 1, "id"');
    expect(await engineStatus(home)).toMatchObject({ state: "missing" });
  });

  test("engines of other versions are listed, half-made ones are not", async () => {
    const engines = dirname(paths.folder);
    mkdirSync(join(engines, "0123456789abcdef"), { recursive: true });
    mkdirSync(join(engines, "0123456789abcdef.partial-00ff00ff"));
    const { others } = await engineStatus(home);
    expect(others).toEqual([join(engines, "0123456789abcdef")]);
  });
});

describe("an installation", () => {
  test("does nothing where the engine is there", async () => {
    layEngine();
    const onProgress = vi.fn<() => void>();
    expect(await installEngine(home, { onProgress })).toEqual(paths);
    expect(onProgress).not.toHaveBeenCalled();
  });

  test("without git stops before anything is fetched, and clears what was left half-made", async () => {
    const leftover = `${paths.folder}.partial-00ff00ff`;
    write(join(leftover, "python", "half"));
    const steps: string[] = [];
    const installation = installEngine(home, {
      env: { PATH: home },
      onProgress: ({ step }) => steps.push(step),
    });
    await expect(installation).rejects.toMatchObject({ code: "engine_no_git" });
    expect(steps).toEqual(["checking"]);
    expect(existsSync(leftover)).toBe(false);
    expect(readdirSync(dirname(paths.folder))).toEqual(["install.lock"]);
  });

  test("without Python stops before anything is fetched", async () => {
    const git = findProgram("git");
    const bin = join(home, "bin");
    mkdirSync(bin);
    symlinkSync(git ?? "", join(bin, "git"));
    const installation = installEngine(home, { env: { PATH: bin } });
    await expect(installation).rejects.toMatchObject({
      code: "engine_no_python",
      params: { command: expect.stringContaining("python") },
    });
    expect(existsSync(paths.folder)).toBe(false);
  });

  test("into a folder that is a file says so", async () => {
    const file = join(home, "a-file");
    writeFileSync(file, "");
    vi.stubEnv("TUNESMITH_ENGINE", join(file, "engine"));
    await expect(installEngine(home)).rejects.toMatchObject({ code: "engine_folder" });
  });

  test("that is stopped ends as that", async () => {
    const stop = new AbortController();
    const installation = installEngine(home, {
      signal: stop.signal,
      onProgress: ({ step }) => step === "checking" && stop.abort(),
    });
    await expect(installation).rejects.toThrow("aborted");
    expect(existsSync(paths.folder)).toBe(false);
  });
});
