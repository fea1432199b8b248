import { writeFileSync } from "node:fs";
import path from "node:path";
import type { Reporter, TestCase, TestModule } from "vitest/node";
import type { Counts } from "./suite.ts";

/**
 * Vitest's results as counts, into the file that $TUNESMITH_TEST_REPORT names. Vitest's own JSON
 * reporter leaves out why a test was skipped.
 */
export default class CountsReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    const counts: Required<Counts> = { passed: 0, failed: [], skipped: [], unsteady: [] };
    for (const module of modules) addModule(counts, module);
    for (const error of errors) counts.failed.push(`outside of any test: ${errorText(error)}`);
    const file = process.env["TUNESMITH_TEST_REPORT"];
    if (!file) throw new Error("TUNESMITH_TEST_REPORT names no file");
    writeFileSync(file, JSON.stringify(counts));
  }
}

function addModule(counts: Required<Counts>, module: TestModule): void {
  const file = path.relative(process.cwd(), module.moduleId);
  const errors = [module, ...module.children.allSuites()].flatMap((part) => part.errors());
  // A file that cannot be loaded has no tests; where a hook fails, Vitest calls its tests skipped.
  const fault = errors.map(errorText)[0];
  for (const test of module.children.allTests())
    addTest(counts, `${file} > ${test.fullName}`, test, fault);
  if (fault !== undefined) counts.failed.push(`${file}: ${fault}`);
}

function addTest(
  counts: Required<Counts>,
  name: string,
  test: TestCase,
  fault: string | undefined,
): void {
  if (test.diagnostic()?.flaky) counts.unsteady.push(name);
  const result = test.result();
  if (result.state === "passed") counts.passed += 1;
  else if (result.state === "failed") counts.failed.push(name);
  else if (result.state !== "skipped") counts.failed.push(`${name}: did not end`);
  else {
    const reason = result.note ?? (fault ? "its file failed" : "no reason given");
    counts.skipped.push({ name, reason });
  }
}

function errorText(error: unknown): string {
  const { message } = error as { message?: unknown };
  return String(message ?? error);
}
