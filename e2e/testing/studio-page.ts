import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect } from "vitest";
import { noBrowser, openPage, startBrowser, type Watched } from "./browser.ts";
import { openStudio, type Studio } from "./studio.ts";

/* What a test of the page begins with. Vitest loads this module anew for every test file. */

export let studio: Studio;
export let browser: Browser;
export let watched: Watched;
export let page: Page;

/** For what takes a moment: long, since other work may share the machine. */
export const soon = { timeout: 60_000, interval: 50 };

/**
 * Chromium until the last test of this file. Where there is none each test is skipped, and what the
 * console complains of fails the test.
 */
export function useBrowser(): void {
  beforeAll(async () => {
    if (noBrowser === undefined) browser = await startBrowser();
  });
  afterAll(() => browser?.close());
  beforeEach((context) => context.skip(noBrowser !== undefined, noBrowser));
  afterEach(() => expect(watched?.takeFaults() ?? []).toEqual([]));
}

/** Opens the page that the tests speak of from now on. */
export async function watchPageAt(url: string): Promise<void> {
  watched = await openPage(browser, url);
  ({ page } = watched);
}

/** A studio of this file's own, and its page; requests to `failures` are meant to fail. */
export function useStudioPage(failures?: RegExp): void {
  beforeAll(async () => {
    if (noBrowser === undefined) studio = await openStudio();
  });
  afterAll(() => studio?.close());
  useBrowser();
  beforeAll(async () => {
    if (noBrowser !== undefined) return;
    await watchPageAt(studio.url);
    if (failures) watched.expectFailures(failures);
  });
}

/** What is asked where no Ollama is. */
export const withoutOllama = /\/api\/ollama\/models$|\/proof$/;
