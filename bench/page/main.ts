import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startBrowser } from "../../e2e/testing/browser.ts";
import { measureFirstLoad } from "./first-load.ts";
import { measureRedraw } from "./redraw.ts";
import { measureScroll } from "./scroll.ts";
import { measureServerCost } from "./server-cost.ts";
import { startServerProcess } from "../../e2e/testing/server-process.ts";
import { measureUpload } from "./upload.ts";

/** The page's figures in real Chromium against a server of its own; one JSON line each. */
export async function measurePage(wanted: readonly string[]): Promise<boolean> {
  const folder = await mkdtemp(join(tmpdir(), "tunesmith-bench-files-"));
  const server = await startServerProcess();
  const browser = await startBrowser();
  const measures: Record<string, () => Promise<{ reached: boolean }>> = {
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
      const figures = await measure();
      console.log(JSON.stringify(figures));
      reached &&= figures.reached;
    }
  } finally {
    await browser.close();
    await server.stop();
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
  return reached;
}
