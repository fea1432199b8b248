import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { runTool } from "./tool.ts";
import { environmentPython, pathsIn } from "./paths.ts";
import { realPython } from "./testing/real-python.ts";
import { verifyEngine } from "./verify.ts";

const folder = mkdtempSync(join(tmpdir(), "tunesmith-verify-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const log = join(folder, "log");

test("an environment without the packages is no engine", async () => {
  const environment = join(folder, "python");
  const { executable } = await realPython();
  await runTool(executable, ["-m", "venv", "--without-pip", environment]);
  await expect(verifyEngine(pathsIn(folder), log)).rejects.toMatchObject({
    code: "engine_install_failed",
    params: { detail: "ModuleNotFoundError: No module named 'torch'", log },
  });

  // A package whose record tells of a file that is gone.
  const python = environmentPython(environment);
  const { stdout } = await runTool(python, ["-c", "import site; print(site.getsitepackages()[0])"]);
  const info = join(stdout, "some-1.0.dist-info");
  await runTool(python, ["-c", `import os; os.mkdir(${JSON.stringify(info)})`]);
  writeFileSync(join(info, "METADATA"), "Metadata-Version: 2.1\nName: some\nVersion: 1.0\n");
  writeFileSync(join(info, "RECORD"), "some.py,sha256=x,12\n");
  await expect(verifyEngine(pathsIn(folder), log)).rejects.toMatchObject({
    params: { detail: expect.stringMatching(/some\.py is gone or was changed$/) },
  });
  expect(readdirSync(folder)).toContain("log");
});
