import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import * as core from "../src/core/api.ts";
import { foldFile } from "../src/core/runs/fold-file.ts";
import { runPaths } from "../src/core/runs/run-paths.ts";
import { sampleSpec } from "../src/core/testing/run-spec.ts";

/*
 * A workspace of 1,000 runs with 10,000 events each: how long the server takes to start, how long
 * the data of a project's page takes, and what memory it needs. Prints one JSON line.
 */

const projects = 10;
const runsEach = 100;
const eventsEach = 10_000;

const home = await mkdtemp(join(tmpdir(), "tunesmith-bench-"));
try {
  await fill();
  const result = await measure();
  const reached =
    result.startSeconds < 1 && result.pageMilliseconds < 100 && result.memoryBytes < 300e6;
  console.log(JSON.stringify({ bench: "runs-many", ...result, reached }));
  process.exitCode = reached ? 0 : 1;
} finally {
  await rm(home, { recursive: true, force: true });
}

/** Writes logs as a runner does; at a run's end the runner folds its log once. */
async function fill(): Promise<void> {
  const ws = await core.openWorkspace({ home });
  const log = sampleLog();
  for (let project = 0; project < projects; project++) {
    const { slug } = await core.createProject(ws, { name: `Project ${project}` });
    for (let run = 0; run < runsEach; run++) {
      const id = `20261122-${String(100_000 + run)}-${String(project).padStart(4, "0")}`;
      const paths = runPaths(ws, slug, id);
      await mkdir(paths.folder, { recursive: true });
      await writeFile(paths.spec, JSON.stringify(sampleSpec(slug, id, run + 1)));
      await writeFile(paths.events, log);
      await foldFile(paths.events);
    }
  }
}

function sampleLog(): string {
  const time = "2026-11-22T10:00:00.000Z";
  const step = (number: number) => ({
    type: "train.step",
    step: number,
    totalSteps: eventsEach - 2,
    epoch: number / 1000,
    loss: 1 / number,
    learningRate: 1e-4,
    gradNorm: 1,
    tokens: 512 * number,
    supervisedTokens: 128 * number,
    tokensPerSecond: 1234.5,
    secondsLeft: 10,
    memoryBytes: 2 ** 30,
  });
  const bodies = [
    { type: "run.started", pid: 1 },
    ...Array.from({ length: eventsEach - 2 }, (_, index) => step(index + 1)),
    { type: "run.finished" },
  ];
  return bodies
    .map((body, index) => `${JSON.stringify({ seq: index + 1, attempt: 1, time, ...body })}\n`)
    .join("");
}

interface Measured {
  rss: number;
  cpuSeconds: number;
}

/** A server in a process of its own: nothing is in its memory yet. */
async function measure() {
  const began = performance.now();
  const script = join(import.meta.dirname, "serve-measured.ts");
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", script, home], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const { url } = JSON.parse(String((await lines.next()).value)) as { url: string };
  await (await fetch(`${url}api/projects`)).text();
  const startSeconds = (performance.now() - began) / 1000;
  const page = async (project: number): Promise<number> => {
    const start = performance.now();
    const paths = [`projects/project-${project}`, `projects/project-${project}/runs`];
    const replies = await Promise.all(paths.map((path) => fetch(`${url}api/${path}`)));
    const [, runs] = await Promise.all(replies.map((reply) => reply.json()));
    if ((runs as { runs: unknown[] }).runs.length !== runsEach) throw new Error("runs are missing");
    return performance.now() - start;
  };
  const cold: number[] = [];
  for (let project = 1; project < projects; project++) cold.push(await page(project));
  const warm: number[] = [];
  for (let turn = 0; turn < 9; turn++) warm.push(await page(1));
  const start = performance.now();
  const all = await fetch(`${url}api/runs?limit=1000`);
  const count = ((await all.json()) as { runs: unknown[] }).runs.length;
  const allMilliseconds = performance.now() - start;
  child.stdin.write("measure\n");
  const { rss, cpuSeconds } = JSON.parse(String((await lines.next()).value)) as Measured;
  child.kill("SIGKILL");
  await once(child, "exit");
  return {
    runs: count,
    eventsEach,
    startSeconds: round(startSeconds),
    pageMilliseconds: round(median(cold)),
    pageAgainMilliseconds: round(median(warm)),
    allRunsMilliseconds: round(allMilliseconds),
    memoryBytes: rss,
    // All of the above together; wall times mean little on a machine that others use, too.
    cpuSeconds: round(cpuSeconds),
  };
}

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[values.length >> 1] ?? 0;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
