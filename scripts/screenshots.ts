/**
 * Takes the documentation's pictures from the real page: trains the practice run in a workspace of
 * its own, which takes about a minute, and writes docs/screenshots/*.png.
 *
 *   node scripts/screenshots.ts
 */
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { chromium, type Page } from "playwright-core";
import { provideBuiltPage } from "../src/server/built-page.ts";
import { startServer } from "../src/server/start.ts";
import { findChromium } from "./test/chromium.ts";

const root = resolve(import.meta.dirname, "..");
const target = join(root, "docs", "screenshots");
const examples = join(root, "examples", "lighthouses");
const slug = "lighthouses";
const trainingMs = 600_000;

// Nothing of this computer's own Ollama belongs into a picture.
process.env["OLLAMA_HOST"] = "127.0.0.1:9";
const executablePath = findChromium(process.env);
if (executablePath === undefined || !existsSync(executablePath))
  throw new Error("No Chromium found: install it, or name one in TUNESMITH_CHROMIUM.");
const webRoot = await provideBuiltPage(() => console.log("Building the page …"));
const home = await mkdtemp(join(tmpdir(), "tunesmith-pictures-"));
const server = await startServer({ home, port: 0, webRoot });
const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });
try {
  const context = await browser.newContext({
    baseURL: server.url,
    locale: "en-GB",
    colorScheme: "light",
    viewport: { width: 1440, height: 900 },
    reducedMotion: "reduce",
  });
  await mkdir(target, { recursive: true });
  await takePictures(await context.newPage());
} finally {
  await browser.close();
  await server.close();
  await rm(home, { recursive: true, force: true, maxRetries: 5 });
}

async function takePictures(page: Page): Promise<void> {
  await page.goto("/");
  await page.getByRole("button", { name: "New project" }).first().click();
  await page.getByLabel("Name", { exact: true }).fill("Lighthouses");
  await page.getByRole("button", { name: "Create" }).click();
  await page.waitForURL(`**/projects/${slug}/examples`);
  await page
    .locator('input[type="file"]')
    .setInputFiles(["train.jsonl", "check.jsonl"].map((name) => join(examples, name)));
  // Uploads have no use yet; only files that are stored do.
  await page.locator(".filecell .select").nth(1).waitFor();
  await page.goto(`/projects/${slug}/training`);
  await page.locator('.preset:has(input[value="small_data"])').click();
  await page.locator(".budget .kv").waitFor();
  await picture(page, "training");

  await page.getByRole("button", { name: "Start training" }).click();
  // A curve of several points says more than an empty one.
  const step = page.locator(".mets .met").nth(1).locator("dd");
  await step.filter({ hasText: /^([3-9]\d|\d{3,}) ?\// }).waitFor({ timeout: trainingMs });
  await picture(page, "run");
  await page.getByRole("link", { name: "See the result" }).click({ timeout: trainingMs });
  await page.locator(".vword").waitFor();
  const question = page.getByRole("textbox", { name: "Ask as a user would" });
  await question.fill("What colour is Corvane?");
  await question.press("Enter");
  await page.locator(".turn.it").getByText("stopped by itself").waitFor({ timeout: 120_000 });
  await picture(page, "result");
  await page.goto("/");
  await page.locator(".proj").first().waitFor();
  await picture(page, "projects");
}

async function picture(page: Page, name: string): Promise<void> {
  await page.evaluate("document.fonts.ready.then(() => undefined)");
  await page.screenshot({ path: join(target, `${name}.png`) });
  console.log(`docs/screenshots/${name}.png`);
}
