import { existsSync } from "node:fs";
import { chromium, type Browser, type BrowserContextOptions, type Page } from "playwright-core";

const flags = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Why the page's tests cannot run here; undefined where they can. Never a reason in CI. */
export const noBrowser: string | undefined = process.env["CI"]
  ? undefined
  : process.env["TUNESMITH_NO_CHROMIUM"];

/** A headless Chromium with a profile of its own, removed when it ends. */
export async function startBrowser(): Promise<Browser> {
  const named = process.env["TUNESMITH_CHROMIUM"] ?? "/usr/bin/chromium";
  if (!existsSync(named))
    throw new Error(`There is no Chromium at ${named}: see TUNESMITH_CHROMIUM`);
  return chromium.launch({ executablePath: named, headless: true, args: flags });
}

export interface Watched {
  readonly page: Page;
  /** What the console and the page complained about since the last call, and forgets it. */
  takeFaults(): string[];
  /** From now on, failed requests to addresses like this one are meant to be. */
  expectFailures(address: RegExp): void;
}

/**
 * A page in a context of its own whose errors are collected. Chromium logs every refused request as
 * an error: refused plans are the server's way to say what is missing, and not counted.
 */
export async function openPage(
  browser: Browser,
  baseURL: string,
  options: BrowserContextOptions = {},
): Promise<Watched> {
  const context = await browser.newContext({
    baseURL,
    locale: "en-GB",
    viewport: { width: 1440, height: 900 },
    reducedMotion: "reduce",
    ...options,
  });
  context.setDefaultTimeout(60_000);
  return watchPage(await context.newPage());
}

export function watchPage(page: Page): Watched {
  let faults: string[] = [];
  const meant = [/\/plan$/];
  page.on("pageerror", (error) => faults.push(`page: ${error.stack ?? error.message}`));
  page.on("console", (message) => {
    if (message.type() !== "error") return;
    const { url } = message.location();
    const failedRequest = message.text().startsWith("Failed to load resource");
    if (failedRequest && meant.some((address) => address.test(url))) return;
    faults.push(`console: ${message.text()} (${url})`);
  });
  return {
    page,
    takeFaults() {
      const taken = faults;
      faults = [];
      return taken;
    },
    expectFailures: (address) => void meant.push(address),
  };
}
