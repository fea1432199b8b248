import { stat } from "node:fs/promises";
import type { Browser } from "playwright-core";
import { createProject } from "../../src/core/api.ts";
import type { ServerProcess } from "../../e2e/testing/server-process.ts";
import type { Figure } from "./figure.ts";
import { bytesOf, peakWhile } from "./process-use.ts";
import { writeRows } from "./write-rows.ts";

const wantedBytes = 1e9;
const limitBytes = 250e6;
/** While its five million rows are read, compared, split and laid out for the table. */
const limitReadingBytes = 500e6;

/** A file of 1 GB through the page's own upload, and the largest size of the server meanwhile. */
export async function measureUpload(browser: Browser, server: ServerProcess, folder: string) {
  const file = await writeRows(folder, { bytes: wantedBytes });
  const { size } = await stat(file);
  const { slug } = await createProject({ home: server.home }, { name: "Large file" });
  const page = await browser.newPage();
  try {
    await page.goto(`${server.url}projects/${slug}/examples`);
    const before = await bytesOf(server.pid);
    const begin = performance.now();
    let seconds = 0;
    const peak = await peakWhile(server.pid, async () => {
      const done = page.waitForResponse((reply) => reply.request().method() === "PUT", {
        timeout: 600_000,
      });
      await page.locator('input[type="file"]').first().setInputFiles(file);
      const reply = await done;
      if (!reply.ok()) throw new Error(`the upload was refused: ${await reply.text()}`);
      seconds = (performance.now() - begin) / 1000;
    });
    const reading = await peakWhile(server.pid, () =>
      page.locator(".vitem").first().waitFor({ timeout: 600_000 }),
    );
    return {
      bench: "upload",
      what: "largest resident size of the server during an upload",
      measured: peak,
      limit: limitBytes,
      unit: "bytes",
      reached: peak < limitBytes && reading < limitReadingBytes,
      fileBytes: size,
      seconds: Math.round(seconds),
      serverBytesBefore: before,
      serverPeakBytesReadingRows: reading,
      limitReadingRows: limitReadingBytes,
    } satisfies Figure & Record<string, unknown>;
  } finally {
    await page.close();
  }
}
