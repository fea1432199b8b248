import { gzipSync } from "node:zlib";
import type { Browser } from "playwright-core";
import type { Figure } from "./figure.ts";

const limit = 200_000;

/** What the projects page loads as script before anything is clicked, gzipped file by file. */
export async function measureFirstLoad(browser: Browser, url: string) {
  const page = await browser.newPage();
  const scripts = new Map<string, number>();
  page.on("response", (reply) => {
    if (reply.request().resourceType() !== "script") return;
    void reply.body().then((body) => scripts.set(reply.url(), gzipSync(body).length));
  });
  await page.goto(url);
  await page.getByRole("heading", { level: 1 }).waitFor();
  // The event stream keeps the network busy for ever: wait until no script came for a while.
  for (let known = -1; known !== scripts.size;) {
    known = scripts.size;
    await page.waitForTimeout(1000);
  }
  await page.close();
  const bytes = [...scripts.values()].reduce((sum, one) => sum + one, 0);
  return {
    bench: "first_load",
    what: "gzipped script of the projects page",
    measured: bytes,
    limit,
    unit: "bytes",
    reached: bytes < limit,
    scripts: scripts.size,
  } satisfies Figure & Record<string, unknown>;
}
