import { spawn } from "node:child_process";
import { appendFile, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import * as core from "../src/core/api.ts";
import { runPaths } from "../src/core/runs/run-paths.ts";
import { sampleSpec } from "../src/core/testing/run-spec.ts";

/*
 * 50 pages watch one run that writes two events a second, as a training does that logs each step:
 * whether every page gets every event, and how much of a core the server needs. Prints one JSON line.
 */

const pages = 50;
const seconds = 30;
const eventsPerSecond = 2;

const home = await mkdtemp(join(tmpdir(), "tunesmith-bench-"));
const id = "20261122-100000-aaaa";
const ws = await core.openWorkspace({ home });
const { slug } = await core.createProject(ws, { name: "Sky" });
const paths = runPaths(ws, slug, id);
await mkdir(paths.folder, { recursive: true });
await writeFile(paths.spec, JSON.stringify(sampleSpec(slug, id, 1)));
const line = (seq: number, body: object) =>
  `${JSON.stringify({ seq, attempt: 1, time: new Date().toISOString(), ...body })}\n`;
await writeFile(paths.events, line(1, { type: "run.started", pid: 1 }));

const script = join(import.meta.dirname, "serve-measured.ts");
const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", script, home], {
  stdio: ["pipe", "pipe", "inherit"],
});
const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
const { url } = JSON.parse(String((await lines.next()).value)) as { url: string };
try {
  const seen = await Promise.all(Array.from({ length: pages }, () => watch()));
  const before = await cpu();
  const began = performance.now();
  const total = seconds * eventsPerSecond;
  for (let step = 1; step <= total; step++) {
    await appendFile(paths.events, line(step + 1, stepEvent(step)));
    await sleep(1000 / eventsPerSecond);
  }
  // The last event has its time to arrive.
  for (let wait = 0; wait < 100 && seen.some((seqs) => seqs.size < total); wait++) await sleep(100);
  const share = ((await cpu()) - before) / ((performance.now() - began) / 1000);
  const lost = seen.reduce((sum, seqs) => sum + total - seqs.size, 0);
  const reached = lost === 0 && share < 0.05;
  const result = { pages, eventsEach: total, lost, coreShare: Math.round(share * 1e4) / 1e4 };
  console.log(JSON.stringify({ bench: "runs-watched", ...result, reached }));
  process.exitCode = reached ? 0 : 1;
} finally {
  child.kill("SIGKILL");
  await rm(home, { recursive: true, force: true });
}
process.exit();

/** One page's event stream; the seqs of the run's events as they come. */
async function watch(): Promise<Set<number>> {
  const seqs = new Set<number>();
  await new Promise<void>((resolve, reject) => {
    const asked = request(`${url}api/events`, (reply) => {
      reply.setEncoding("utf8");
      createInterface({ input: reply }).on("line", (text) => {
        if (!text.startsWith("data:")) return;
        const message = JSON.parse(text.slice(5)) as { type: string; event?: { seq: number } };
        if (message.type === "hello") resolve();
        if (message.type === "run.event" && message.event) seqs.add(message.event.seq);
      });
    });
    asked.on("error", reject).end();
  });
  return seqs;
}

async function cpu(): Promise<number> {
  child.stdin.write("measure\n");
  return (JSON.parse(String((await lines.next()).value)) as { cpuSeconds: number }).cpuSeconds;
}

function stepEvent(step: number) {
  return {
    type: "train.step",
    step,
    totalSteps: 1000,
    epoch: step / 1000,
    loss: 1 / step,
    learningRate: 1e-4,
    gradNorm: 1,
    tokens: 512 * step,
    supervisedTokens: 128 * step,
    tokensPerSecond: 1234.5,
    secondsLeft: 10,
    memoryBytes: 2 ** 30,
  };
}
