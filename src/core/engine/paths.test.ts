import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import { tunesmithHome } from "../home.ts";
import { engineId } from "./locks.ts";
import { enginePaths, enginesFolder, environmentPython } from "./paths.ts";
import { trainerEnvironment } from "./trainer-environment.ts";

test("an engine lies in the home folder, or where TUNESMITH_ENGINE says", () => {
  expect(enginesFolder("/home/x", {})).toBe(resolve("/home/x/engine"));
  expect(enginesFolder("/home/x", { TUNESMITH_ENGINE: "" })).toBe(resolve("/home/x/engine"));
  expect(enginesFolder("/home/x", { TUNESMITH_ENGINE: "/big" })).toBe(resolve("/big"));
});

test("the home folder is absolute and follows TUNESMITH_HOME", () => {
  expect(tunesmithHome({ TUNESMITH_HOME: "some" })).toBe(resolve("some"));
  expect(tunesmithHome({})).toMatch(/\.tunesmith$/);
});

test("an engine is named by its locks and its platform", () => {
  expect(engineId()).toMatch(/^[0-9a-f]{16}$/);
  expect(engineId("linux-x64")).toBe(engineId("linux-x64"));
  expect(engineId("linux-x64")).not.toBe(engineId("darwin-arm64"));
});

test("the environment may put another Python and another llama.cpp in their place", () => {
  const env = { TUNESMITH_PYTHON: "/p/python", TUNESMITH_LLAMA: "/l" };
  const paths = enginePaths("/home/x", env);
  expect(paths).toMatchObject({ python: "/p/python", llama: resolve("/l") });
});

test("Python's binary, per platform", () => {
  expect(environmentPython("/e", "linux")).toBe(join("/e", "bin", "python"));
  expect(environmentPython("/e", "win32")).toBe(join("/e", "Scripts", "python.exe"));
});

test("the trainer's environment carries what interfaces.md lists and drops what bends Python", () => {
  const paths = enginePaths("/home/x", {});
  const env = trainerEnvironment(paths, {
    threads: 3,
    env: { KEPT: "yes", PYTHONHOME: "/elsewhere", PYTHONPATH: "/elsewhere", VIRTUAL_ENV: "/v" },
  });
  expect(env).toMatchObject({
    KEPT: "yes",
    TUNESMITH_LLAMA: paths.llama,
    PYTHONPATH: paths.trainer,
    HF_HUB_OFFLINE: "1",
    TOKENIZERS_PARALLELISM: "false",
    OMP_NUM_THREADS: "3",
    OMP_WAIT_POLICY: "PASSIVE",
  });
  expect(env).not.toHaveProperty("PYTHONHOME");
  expect(env).not.toHaveProperty("VIRTUAL_ENV");
});
