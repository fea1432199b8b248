/** A test that did not run, and why. */
export interface Skip {
  name: string;
  reason: string;
}

/** What a suite's machine-readable report came to. */
export interface Counts {
  passed: number;
  /** Names of what failed. */
  failed: string[];
  skipped: Skip[];
  /** Names of what passed only when it was tried once more. */
  unsteady?: string[];
}

/** What every suite gets. */
export interface TestContext {
  root: string;
  /** For the suites' processes: Node first in PATH, the engine and an empty home named. */
  env: NodeJS.ProcessEnv;
  npmCli: string;
  /** Folder for reports; removed at the end. */
  reports: string;
  /** The engine's Python, with pytest and ruff to be found by it. */
  python: string;
}

/** What is found or installed before a suite starts. */
export type Need = "engine" | "ollama" | "chromium";

export interface Suite {
  name: string;
  needs?: Need[];
  /** A suite that hangs is ended, and counts as failed. */
  limitMinutes: number;
  run(context: TestContext, signal: AbortSignal): Promise<Counts>;
}

/** The counts of a check that passes or fails as a whole. */
export function wholeCheck(name: string, passed: boolean): Counts {
  return { passed: passed ? 1 : 0, failed: passed ? [] : [name], skipped: [] };
}

/**
 * A report's counts together with how its program ended: one that ran nothing, or failed without a
 * failed test (a crash, a fault while loading), must not look like a success.
 */
export function withExit(name: string, counts: Counts, code: number): Counts {
  const ran = counts.passed + counts.failed.length;
  if (ran === 0) return { ...counts, failed: [`${name}: no test ran (exit status ${code})`] };
  if (code === 0 || counts.failed.length > 0) return counts;
  return { ...counts, failed: [`${name}: ended with status ${code} although no test failed`] };
}

export function addCounts(all: Counts[]): Counts {
  return {
    passed: all.reduce((sum, { passed }) => sum + passed, 0),
    failed: all.flatMap(({ failed }) => failed),
    skipped: all.flatMap(({ skipped }) => skipped),
    unsteady: all.flatMap(({ unsteady }) => unsteady ?? []),
  };
}

/** The closing line, in the form that continuous integration reads. */
export function closingLine({ passed, failed, skipped }: Counts): string {
  return `${passed} passed, ${failed.length} failed, ${skipped.length} skipped`;
}
