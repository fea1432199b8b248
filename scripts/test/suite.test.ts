import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { realPython } from "../../src/core/engine/testing/real-python.ts";
import { addCounts, closingLine, type Counts, wholeCheck, withExit } from "./suite.ts";

const root = path.join(import.meta.dirname, "..", "..");
const folder = mkdtempSync(path.join(tmpdir(), "tunesmith-suite-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const some: Counts = { passed: 2, failed: [], skipped: [] };

describe("how a program ended counts beside its report", () => {
  test("nothing to add where all is well, or a test failed", () => {
    expect(withExit("x", some, 0)).toEqual(some);
    const failed = { ...some, failed: ["a"] };
    expect(withExit("x", failed, 1)).toEqual(failed);
  });

  test("a crash after passing tests is a failure", () => {
    expect(withExit("x", some, 139).failed).toHaveLength(1);
  });

  test("no test at all is a failure, even with exit status 0", () => {
    expect(withExit("x", { ...some, passed: 0 }, 0).failed).toHaveLength(1);
  });
});

test("the closing line is the sum", () => {
  const skipped = [{ name: "s", reason: "why" }];
  const all = addCounts([some, wholeCheck("types", false), { ...some, skipped }]);
  expect(closingLine(all)).toBe("4 passed, 1 failed, 1 skipped");
  expect(all.failed).toEqual(["types"]);
});

test("Vitest's report", () => {
  const file = path.join(folder, "some.test.ts");
  const lines = [
    'test("good", () => {});',
    'test("bad", () => expect(1).toBe(2));',
    "let tries = 0;",
    'test("late", () => expect(++tries).toBe(2));',
    'test("left out", (context) => context.skip("no such machine"));',
    'describe("group", () => {',
    '  beforeAll(() => { throw new Error("hook"); });',
    '  test("never", () => {});',
    "});",
  ];
  writeFileSync(path.join(folder, "broken.test.ts"), "throw new Error('at load');");
  const report = path.join(folder, "counts.json");
  const vitest = path.join(root, "node_modules", "vitest", "vitest.mjs");
  const reporter = path.join(import.meta.dirname, "vitest-report.ts");
  // With globals nothing needs to be resolved from the temporary folder.
  const args = [
    vitest,
    "run",
    "--root",
    folder,
    `--reporter=${reporter}`,
    "--globals",
    "--retry=1",
  ];
  writeFileSync(file, lines.join("\n"));
  const { NODE_OPTIONS: _, ...env } = process.env;
  spawnSync(process.execPath, args, {
    cwd: folder,
    env: { ...env, TUNESMITH_TEST_REPORT: report },
    stdio: "ignore",
  });
  const counts = JSON.parse(readFileSync(report, "utf8")) as Counts;
  expect(counts.passed).toBe(2);
  expect(counts.unsteady).toEqual(["some.test.ts > late"]);
  expect(counts.failed).toEqual([
    expect.stringContaining("broken.test.ts: at load"),
    "some.test.ts > bad",
    expect.stringContaining("some.test.ts: hook"),
  ]);
  expect(counts.skipped).toEqual([
    { name: "some.test.ts > left out", reason: "no such machine" },
    { name: "some.test.ts > group > never", reason: "its file failed" },
  ]);
});

test("pytest's report", async () => {
  const report = path.join(folder, "junit.xml");
  // As pytest 9 writes it; the teardown's error is a second entry of the same test.
  writeFileSync(
    report,
    `<?xml version="1.0" encoding="utf-8"?><testsuites name="pytest tests"><testsuite name="pytest">
      <testcase classname="test_x" name="test_good" time="0.1" />
      <testcase classname="test_x" name="test_bad"><failure message="assert 1 == 2">…</failure></testcase>
      <testcase classname="test_x" name="test_out[a &amp; b]"><skipped type="pytest.skip" message="no GPU" /></testcase>
      <testcase classname="test_x" name="test_bad"><error message="failed on teardown">…</error></testcase>
      <testcase classname="" name="test_y"><error message="collection failure">…</error></testcase>
    </testsuite></testsuites>`,
  );
  const { executable } = await realPython();
  const script = path.join(import.meta.dirname, "junit_to_json.py");
  const counts = JSON.parse(
    execFileSync(executable, [script, report], { encoding: "utf8" }),
  ) as Counts;
  expect(counts).toEqual({
    passed: 1,
    failed: ["test_x::test_bad", "test_y"],
    skipped: [{ name: "test_x::test_out[a & b]", reason: "no GPU" }],
  });
});
