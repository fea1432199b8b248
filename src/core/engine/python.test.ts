import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { environmentPython } from "./paths.ts";
import { canTrain, findPythons } from "./python.ts";
import { realPython } from "./testing/real-python.ts";
import { runTool } from "./tool.ts";

const folder = mkdtempSync(join(tmpdir(), "tunesmith-python-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("Pythons in PATH", () => {
  test("the first is one that can train", async () => {
    const [first] = await findPythons();
    expect(first && canTrain(first)).toBe(true);
    expect(first?.version[0]).toBe(3);
  });

  test("there is none in an empty PATH", async () => {
    expect(await findPythons({ PATH: folder })).toEqual([]);
  });

  test("one without pip and without what venv needs is seen as it is", async () => {
    const environment = join(folder, "bare");
    const python = environmentPython(environment);
    const { executable } = await realPython();
    await runTool(executable, ["-m", "venv", "--without-pip", environment]);
    const found = await findPythons({ PATH: dirname(python) });
    expect(found[0]).toMatchObject({ hasPip: false, hasVenv: true });

    // As on Debian without python3-venv: the standard library, but for ensurepip.
    const { stdout } = await runTool(python, [
      "-c",
      "import site; print(site.getsitepackages()[0])",
    ]);
    writeFileSync(join(stdout, "bare.pth"), "import sys; sys.modules['ensurepip'] = None\n");
    const [bare] = await findPythons({ PATH: dirname(python) });
    expect(bare).toMatchObject({ hasPip: false, hasVenv: false });
  });

  test("what is called python and is none is passed over", async () => {
    const shims = join(folder, "shims");
    mkdirSync(shims);
    for (const name of ["python3.13", "python3", "python"])
      writeFileSync(join(shims, name), "#!/bin/sh\necho 'no such version' >&2\nexit 127\n", {
        mode: 0o755,
      });
    expect(await findPythons({ PATH: shims })).toEqual([]);
  });
});

test.each([
  [[3, 10, 4], false],
  [[3, 11, 0], true],
  [[3, 14, 1], true],
  [[3, 15, 0], false],
  [[2, 13, 0], false],
] as const)("version %j can train: %s", (version, can) => {
  const python = { executable: "/x", hasPip: true, hasVenv: true };
  expect(canTrain({ ...python, version: [...version] })).toBe(can);
});
