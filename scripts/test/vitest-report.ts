import { writeFileSync } from "node:fs";
import path from "node:path";
import type { Reporter, TestCase, TestModule, TestSuite } from "vitest/node";
import type { Counts } from "./suite.ts";

/**
 * Vitest's results as counts, into the file that $TUNESMITH_TEST_REPORT names. Vitest's own JSON
 * reporter leaves out why a test was skipped.
 */
export default class CountsReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    const counts: Counts = { passed: 0, failed: [], skipped: [] };
    for (const module of modules) addModule(counts, module);
    for (const error of errors) counts.failed.push(`outside of any test: ${errorText(error)}`);
    const file = process.env["TUNESMITH_TEST_REPORT"];
    if (!file) throw new Error("TUNESMITH_TEST_REPORT names no file");
    writeFileSync(file, JSON.stringify(counts));
  }
}

function addModule(counts: Counts, module: TestModule): void {
  const file = path.relative(process.cwd(), module.moduleId);
  const tests = [...module.children.allTests()];
  for (const test of tests) addTest(counts, `${file} > ${test.fullName}`, test);
  // A file that cannot be loaded has no tests that could fail.
  const broken = [module, ...module.children.allSuites()].filter(hasErrors);
  if (broken.length > 0 && !tests.some((test) => test.result().state === "failed"))
    counts.failed.push(`${file}: ${broken.flatMap((part) => part.errors()).map(errorText)[0]}`);
}

function addTest(counts: Counts, name: string, test: TestCase): void {
  const result = test.result();
  if (result.state === "passed") counts.passed += 1;
  else if (result.state === "failed") counts.failed.push(name);
  else if (result.state === "skipped")
    counts.skipped.push({ name, reason: result.note ?? "no reason given" });
  else counts.failed.push(`${name}: did not end`);
}

const hasErrors = (part: TestModule | TestSuite): boolean => part.errors().length > 0;

function errorText(error: unknown): string {
  const { message } = error as { message?: unknown };
  return String(message ?? error);
}
