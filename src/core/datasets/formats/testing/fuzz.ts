import { execFileSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import type { FuzzOutcome } from "./fuzz-worker.ts";
import { madeFiles, makePairs } from "./make-files.ts";
import { mutate, startRandom } from "./mutate.ts";

export interface FuzzReport {
  files: number;
  /** Files whose rows the independent reader counted, too. */
  compared: number;
  /** Files that were refused as a whole, by the code of the error. */
  refused: Record<string, number>;
  faults: string[];
}

/** No file here is larger than some kilobytes: what takes longer hangs. */
const limitMs = 30_000;

/**
 * Reads `count` damaged files of all formats, and holds the number of rows against a reader that is
 * written in another language. `python` is any Python 3; `keep` a folder that faulty files stay in.
 */
export async function fuzzReaders(
  count: number,
  seed: number,
  { python, keep }: { python: string; keep?: string },
): Promise<FuzzReport> {
  const random = startRandom(seed);
  const bases: { name: string; bytes: Buffer }[] = [];
  for (const file of madeFiles) {
    for (const rows of [1, 2, 10, 25]) {
      bases.push({ name: file.name, bytes: await file.make(makePairs(rows)) });
    }
  }
  const report: FuzzReport = { files: count, compared: 0, refused: {}, faults: [] };
  const folder = await mkdtemp(join(tmpdir(), "tunesmith-fuzz-"));
  const reader = startReader();
  try {
    const outcomes: FuzzOutcome[] = [];
    for (let number = 0; number < count; number += 1) {
      const base = bases[random(bases.length)];
      const other = bases[random(bases.length)];
      if (!base || !other) continue;
      const path = join(folder, `${number}-${base.name}`);
      await writeFile(path, mutate(base.bytes, other.bytes, random));
      const outcome = await reader.read(path, base.name);
      outcomes.push(outcome);
      const { code, rows, sum, detail } = outcome;
      if (code === undefined) {
        if (rows !== sum) report.faults.push(`${path}: ${sum} entries of ${rows} rows`);
      } else if (code.startsWith("data_")) {
        report.refused[code] = (report.refused[code] ?? 0) + 1;
      } else report.faults.push(`${path}: ${code}: ${detail}`);
    }
    compare(outcomes, python, report);
    if (keep !== undefined && report.faults.length > 0) {
      const { cp } = await import("node:fs/promises");
      await cp(folder, keep, { recursive: true });
    }
    return report;
  } finally {
    await reader.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Holds our counts against those of count_rows.py; it answers null where it cannot read a file. */
function compare(outcomes: readonly FuzzOutcome[], python: string, report: FuzzReport): void {
  const counted = outcomes.filter(({ plan }) => plan !== undefined);
  const script = join(import.meta.dirname, "count_rows.py");
  const input = counted.map(({ path, plan }) => `${JSON.stringify({ path, plan })}\n`).join("");
  const reply = execFileSync(python, [script], { input, encoding: "utf8", maxBuffer: 1 << 28 });
  const theirs = reply
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as number | null);
  for (const [index, { path, rows, plan }] of counted.entries()) {
    const their = theirs[index] ?? null;
    if (their === null) continue;
    report.compared += 1;
    if (their !== rows) {
      report.faults.push(
        `${path}: we count ${rows}, the other reader ${their}; ${JSON.stringify(plan)}`,
      );
    }
  }
}

function startReader(): {
  read: (path: string, name: string) => Promise<FuzzOutcome>;
  close: () => Promise<void>;
} {
  const url = new URL("./fuzz-worker.ts", import.meta.url);
  let worker: Worker | undefined;
  let settle: (outcome: FuzzOutcome) => void = () => {};
  let current = "";
  const start = (): Worker => {
    const thread = new Worker(url, { resourceLimits: { maxOldGenerationSizeMb: 400 } });
    thread.on("message", (outcome: FuzzOutcome) => settle(outcome));
    thread.on("error", (error) =>
      settle({ path: current, code: "crashes", detail: String(error) }),
    );
    return thread;
  };
  const end = async (): Promise<void> => {
    await worker?.terminate();
    worker = undefined;
  };
  return {
    async read(path, name) {
      worker ??= start();
      current = path;
      const thread = worker;
      const outcome = await new Promise<FuzzOutcome>((resolve) => {
        const late = setTimeout(() => resolve({ path, code: "hangs" }), limitMs);
        settle = (found) => {
          clearTimeout(late);
          resolve(found);
        };
        thread.postMessage({ path, name }, []);
      });
      if (outcome.code === "hangs" || outcome.code === "crashes") await end();
      return outcome;
    },
    close: end,
  };
}
