import type { CDPSession, Page } from "playwright-core";

interface TraceEvent {
  name: string;
  cat: string;
  ph: string;
  /** Microseconds. */
  ts: number;
  dur?: number;
  /** Processor time of the thread. */
  tdur?: number;
  pid: number;
  tid: number;
}

export interface Trace {
  /** Of the page's own main thread, in order. */
  readonly events: TraceEvent[];
}

const categories = [
  "toplevel",
  "disabled-by-default-devtools.timeline",
  "devtools.timeline",
  "devtools.timeline.frame",
  "blink.user_timing",
];

/** Chromium's own trace of what the page's main thread does while `work` goes on. */
export async function traceWhile(
  page: Page,
  work: (cdp: CDPSession) => Promise<void>,
): Promise<Trace> {
  const cdp = await page.context().newCDPSession(page);
  const events: TraceEvent[] = [];
  cdp.on("Tracing.dataCollected", ({ value }) => {
    events.push(...(value as unknown as TraceEvent[]));
  });
  const complete = new Promise((done) => cdp.once("Tracing.tracingComplete", done));
  await cdp.send("Tracing.start", {
    transferMode: "ReportEvents",
    traceConfig: { includedCategories: categories, recordMode: "recordContinuously" },
  });
  await page.evaluate('performance.mark("bench-begin")');
  await work(cdp);
  await cdp.send("Tracing.end");
  await complete;
  await cdp.detach();
  const mark = events.find(({ name }) => name === "bench-begin");
  if (!mark) throw new Error("the trace has no mark of the page's main thread");
  return {
    events: events
      .filter(({ pid, tid }) => pid === mark.pid && tid === mark.tid)
      .sort((a, b) => a.ts - b.ts),
  };
}

/** Value below which the share of values lies; NaN where there is none. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? NaN;
}
