import type { Page } from "playwright-core";

export interface Screen {
  name: string;
  path: string;
  /** What comes last: only then is all of it there to be looked at. */
  settled: string;
  /** Opens what is closed at first. */
  prepare?: (page: Page) => Promise<void>;
}

const openAll = async (page: Page): Promise<void> => {
  for (const part of (await page.locator("details:not([open]) > summary").all()).reverse())
    await part.click();
};

/**
 * Every screen of the page: those of a project without a run, and with `run` those of one that is
 * finished. New screens come here; axe and the test for outside requests then look at them, too.
 */
export function allScreens(slug: string, run?: string): Screen[] {
  const project = `/projects/${slug}`;
  const always: Screen[] = [
    { name: "projects", path: "/", settled: ".proj" },
    {
      name: "examples",
      path: `${project}/examples`,
      settled: ".vitem",
      prepare: (page) => page.locator(".vitem").first().click(),
    },
    { name: "model", path: `${project}/model`, settled: ".thispc" },
    { name: "training", path: `${project}/training`, settled: ".budget .kv", prepare: openAll },
    {
      name: "YAML",
      path: `${project}/training`,
      settled: ".budget .kv",
      prepare: (page) => page.locator(".seg button").last().click(),
    },
    { name: "queue", path: "/queue", settled: "main h1" },
    { name: "ollama", path: "/ollama", settled: ".note, .empty" },
    { name: "settings", path: "/settings", settled: ".du" },
    { name: "nothing there", path: "/nothing/there", settled: "main :is(h1, h2)" },
    { name: "history", path: `${project}/history`, settled: "main :is(h1, h2)" },
    { name: "compare", path: `${project}/compare`, settled: "main :is(h1, h2)" },
  ];
  if (run === undefined) return always;
  const ofRun = `${project}/runs/${run}`;
  return [
    ...always,
    { name: "result", path: `${project}/result`, settled: ".ab tbody tr" },
    { name: "run", path: ofRun, settled: ".rn-chart canvas" },
    { name: "settings in use", path: `${ofRun}?show=settings&curve=memory`, settled: ".inuse dd" },
    { name: "decisions", path: `${ofRun}?show=decisions&curve=rate`, settled: ".log.plain > div" },
    { name: "runs", path: `${project}/history`, settled: ".hist tbody tr" },
  ];
}
