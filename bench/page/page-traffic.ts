import { request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import type { Page } from "playwright-core";

/** What a page asked of its server, and when. */
export interface Asked {
  afterMs: number;
  method: string;
  /** With the search; the run's id in it is replaced when it is played again. */
  path: string;
  body: string | null;
  stream: boolean;
}

/** Notes from now on what the page asks of `origin`. */
export function recordTraffic(page: Page, origin: string): Asked[] {
  const begin = performance.now();
  const asked: Asked[] = [];
  page.on("request", (one) => {
    const url = new URL(one.url());
    if (url.origin !== new URL(origin).origin) return;
    asked.push({
      afterMs: performance.now() - begin,
      method: one.method(),
      path: url.pathname + url.search,
      body: one.postData(),
      stream: one.resourceType() === "eventsource",
    });
  });
  return asked;
}

/** The network side of a page alone: asks the same at the same times, and reads what comes. */
export function replayTraffic(origin: string, asked: readonly Asked[]): { stop(): void } {
  const ending = new AbortController();
  const { signal } = ending;
  const ask = async ({ afterMs, method, path, body }: Asked) => {
    await sleep(afterMs, undefined, { signal });
    const headers = body === null ? {} : { "content-type": "application/json" };
    const sent = request(new URL(path, origin), { method, headers, signal }, (reply) => {
      reply.on("error", () => undefined).resume();
    });
    // A reply that breaks off at the end is no fault of the measure.
    sent.on("error", () => undefined).end(body ?? undefined);
  };
  for (const one of asked) void ask(one).catch(() => undefined);
  return { stop: () => ending.abort() };
}
