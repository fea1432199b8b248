import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startBrowser } from "../../e2e/testing/browser.ts";
import type { Figure } from "./figure.ts";
import { measureFirstLoad } from "./first-load.ts";
import { measureRedraw } from "./redraw.ts";
import { measureScroll } from "./scroll.ts";
import { measureServerCost } from "./server-cost.ts";
import { startServerProcess } from "../../e2e/testing/server-process.ts";
import { measureUpload } from "./upload.ts";

/**
 * The page's figures in real Chromium against a server of its own; one JSON line each, with what was
 * measured, its limit and whether that is reached. Returns whether all are.
 */
export async function measurePage(wanted: readonly string[]): Promise<boolean> {
  const folder = await mkdtemp(join(tmpdir(), "tunesmith-bench-files-"));
  const server = await startServerProcess();
  const browser = await startBrowser();
  const measures: Record<string, () => Promise<Figure>> = {
    first_load: () => measureFirstLoad(browser, server.url),
    redraw: () => measureRedraw(browser, server),
    scroll: () => measureScroll(browser, server, folder),
    upload: () => measureUpload(browser, server, folder),
    server_cost: () => measureServerCost(browser, join(folder, "home")),
  };
  let reached = true;
  try {
    for (const [name, measure] of Object.entries(measures)) {
      if (wanted.length > 0 && !wanted.includes(name)) continue;
      // What cannot be measured is not reached, and keeps no other figure back.
      const figure = await measure().catch((error: unknown) => ({
        bench: name,
        error: String(error),
        reached: false,
      }));
      console.log(JSON.stringify(figure));
      reached &&= figure.reached;
    }
  } finally {
    await browser.close();
    await server.stop();
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
  return reached;
}
