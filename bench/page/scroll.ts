import { createReadStream } from "node:fs";
import type { Browser } from "playwright-core";
import { addDataFile, createProject } from "../../src/core/api.ts";
import type { Figure } from "./figure.ts";
import { percentile, traceWhile } from "./trace.ts";
import { writeRows } from "./write-rows.ts";

const rows = 100_000;
/** 50 frames a second. */
const limitMs = 20;

/** The table of 100,000 examples, scrolled for some seconds as with a wheel that does not stop. */
export async function measureScroll(
  browser: Browser,
  server: { url: string; home: string },
  folder: string,
) {
  const workspace = { home: server.home };
  const { slug } = await createProject(workspace, { name: "Many rows" });
  const file = await writeRows(folder, { rows });
  await addDataFile(workspace, slug, {
    name: "many.jsonl",
    role: "train",
    stream: createReadStream(file),
  });
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  try {
    await page.goto(`${server.url}projects/${slug}/examples`);
    const table = page.locator(".vscroll");
    await table.locator(".vitem").first().waitFor({ timeout: 120_000 });
    const box = await table.boundingBox();
    if (!box) throw new Error("the table is not on the screen");
    const { events } = await traceWhile(page, async (cdp) => {
      await cdp.send("Input.synthesizeScrollGesture", {
        x: box.x + box.width / 2,
        y: box.y + box.height / 2,
        yDistance: -20_000,
        speed: 4000,
      });
    });
    // A frame that the main thread hands over is one in which new rows appear.
    const frames = events.filter(({ name }) => name === "Commit").map(({ ts }) => ts);
    const times = frames.slice(1).map((ts, index) => (ts - (frames[index] ?? ts)) / 1000);
    // What the page itself takes for a frame, whatever else the machine does meanwhile.
    const tasks = events.filter(({ name, ph }) => name === "RunTask" && ph === "X");
    const processor = frames
      .slice(1)
      .map((to, index) =>
        tasks
          .filter(({ ts }) => ts >= (frames[index] ?? ts) && ts < to)
          .reduce((sum, { tdur = 0 }) => sum + tdur / 1000, 0),
      );
    const position = await table.evaluate((element) => element.scrollTop);
    const empty = (await table.locator(".vitem").count()) === 0;
    const p95 = percentile(times, 0.95);
    return {
      bench: "scroll",
      what: "95th percentile of the time between frames while scrolling",
      measured: Math.round(p95 * 10) / 10,
      limit: limitMs,
      unit: "ms",
      reached: p95 <= limitMs && times.length > 100 && position > 10_000 && !empty,
      rows,
      frames: times.length,
      scrolledPixels: Math.round(position),
      medianMs: Math.round(percentile(times, 0.5) * 10) / 10,
      processorP95Ms: Math.round(percentile(processor, 0.95) * 10) / 10,
    } satisfies Figure & Record<string, unknown>;
  } finally {
    await page.close();
  }
}
