import { appendFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Browser } from "playwright-core";
import { createProject } from "../../src/core/api.ts";
import { tryLock } from "../../src/core/files/lock.ts";
import { runPaths } from "../../src/core/runs/run-paths.ts";
import { eventLines, makeRunFolder } from "../../src/server/testing/run-folder.ts";
import type { RunEventBody } from "../../src/contract/events.ts";
import type { Figure } from "./figure.ts";
import { percentile, traceWhile } from "./trace.ts";

const points = 100_000;
const redraws = 40;
const limitMs = 20;
const patienceMs = 60_000;

/**
 * A run with 100,000 logged steps that goes on: what its page does for each further step, from the
 * message of the stream to the pixels, as Chromium traces its main thread.
 */
export async function measureRedraw(browser: Browser, server: { url: string; home: string }) {
  const workspace = { home: server.home };
  const { slug } = await createProject(workspace, { name: "Long" });
  const id = "20261122-100000-long";
  const events: RunEventBody[] = [
    { type: "run.started", time: time(0), pid: 1 },
    { type: "stage.started", time: time(0), stage: "train" },
    ...Array.from({ length: points }, (_, index) => step(index + 1)),
  ];
  const folder = await makeRunFolder(workspace, slug, { id, events });
  // Held as by a runner, so that the run counts as going on.
  const lock = tryLock(runPaths(workspace, slug, id).lock);
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  try {
    // Every draw of the chart begins by clearing its canvas. The page tells when: asking it would be
    // work of the main thread that is none of a redraw.
    let redrawn = () => {};
    await page.exposeBinding("tellRedrawn", () => redrawn());
    await page.addInitScript(
      `const clear = CanvasRenderingContext2D.prototype.clearRect;
       CanvasRenderingContext2D.prototype.clearRect = function (...area) {
         performance.mark("redraw");
         tellRedrawn();
         return clear.apply(this, area);
       };`,
    );
    await page.goto(`${server.url}projects/${slug}/runs/${id}`);
    await page.locator(".rn-chart canvas").waitFor({ timeout: 120_000 });
    const shown = page.locator(".mets .met").nth(1).locator("dd");
    await shown.filter({ hasText: "100,000" }).waitFor();
    const { events: traced } = await traceWhile(page, async () => {
      for (let more = 1; more <= redraws; more++) {
        const line = eventLines([step(points + more)], events.length + more);
        const done = new Promise<void>((resolve) => (redrawn = resolve));
        await appendFile(join(folder, "events.jsonl"), line);
        const late = sleep(patienceMs, "late", { ref: false });
        if ((await Promise.race([done, late])) === "late")
          throw new Error("a new step was not drawn");
        // What is drawn is seen a frame later.
        await page.waitForTimeout(100);
      }
    });
    await shown.filter({ hasText: (points + redraws).toLocaleString("en") }).waitFor();
    const tasks = traced.filter(({ name, ph }) => name === "RunTask" && ph === "X");
    const commits = traced.filter(({ name }) => name === "Commit");
    const times = traced
      .filter(({ name }) => name === "redraw")
      .flatMap(({ ts }) => {
        // Fold, React and the drawing are one task; the frame that shows it is another.
        const commit = commits.find((one) => one.ts > ts);
        const both = [ts, commit?.ts].map((at) =>
          tasks.find((task) => at && task.ts <= at && at <= task.ts + (task.dur ?? 0)),
        );
        const sum = (key: "dur" | "tdur") =>
          both.reduce((total, task) => total + (task?.[key] ?? 0) / 1000, 0);
        return both.includes(undefined) ? [] : { wall: sum("dur"), processor: sum("tdur") };
      });
    const p95 = percentile(
      times.map(({ processor }) => processor),
      0.95,
    );
    const median = (values: number[]) => round(percentile(values, 0.5));
    return {
      bench: "redraw",
      what: "95th percentile of the processor time of a redraw, from message to pixels",
      measured: round(p95),
      limit: limitMs,
      unit: "ms",
      reached: times.length >= redraws * 0.9 && p95 < limitMs,
      points,
      redraws: times.length,
      medianMs: median(times.map(({ processor }) => processor)),
      // With whatever else the machine does meanwhile.
      wallMedianMs: median(times.map(({ wall }) => wall)),
    } satisfies Figure & Record<string, unknown>;
  } finally {
    await page.close();
    lock?.release();
  }
}

const round = (value: number) => Math.round(value * 10) / 10;
const time = (seconds: number) =>
  new Date(Date.UTC(2026, 10, 22, 10) + seconds * 1000).toISOString();

/** A noisy curve: the hardest to thin out and to draw. */
const step = (number: number): RunEventBody => ({
  type: "train.step",
  time: time(number / 10),
  step: number,
  totalSteps: points * 2,
  epoch: number / points,
  loss: 3 * Math.exp(-number / 40_000) + ((number * 7919) % 1013) / 2000,
  learningRate: 1e-4,
  gradNorm: 1 + ((number * 104_729) % 997) / 500,
  tokens: number,
  supervisedTokens: number,
  tokensPerSecond: 1000,
  secondsLeft: 100,
  memoryBytes: 1e9,
});
