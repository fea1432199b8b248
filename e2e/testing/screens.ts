import type { Locator, Page } from "playwright-core";

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

const inDialog =
  (opener: (page: Page) => Locator) =>
  async (page: Page): Promise<void> => {
    await opener(page).click();
    await page.getByRole("dialog").waitFor();
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
    {
      name: "how a file is read",
      path: `${project}/examples`,
      settled: ".filecell .link",
      prepare: inDialog((page) => page.locator(".filecell .link").first()),
    },
    { name: "rows left out", path: `${project}/examples?tab=out`, settled: ".vhead" },
    { name: "findings", path: `${project}/examples?tab=findings`, settled: ".findings" },
    { name: "versions", path: `${project}/examples?tab=versions`, settled: ".versions" },
    { name: "typed rows", path: `${project}/examples?tab=typed`, settled: ".typed-cell" },
    { name: "drafts", path: `${project}/examples?tab=drafts`, settled: ".drafts" },
    { name: "sweeps", path: `${project}/sweeps`, settled: ".sweep-line" },
    { name: "model", path: `${project}/model`, settled: ".thispc" },
    {
      name: "access token",
      path: `${project}/model`,
      settled: ".thispc .link",
      prepare: inDialog((page) => page.locator(".thispc .link")),
    },
    {
      name: "help",
      path: `${project}/training`,
      settled: "details[open] .help",
      async prepare(page) {
        await page.locator("details[open] .help").first().click();
        await page.locator(".tip-popup").waitFor();
      },
    },
    {
      name: "new project",
      path: "/",
      settled: ".proj",
      prepare: inDialog((page) => page.locator(".head .btn-primary")),
    },
    {
      name: "menu of a project",
      path: "/",
      settled: ".proj",
      async prepare(page) {
        await page.locator(".proj .btn-icon").first().click();
        await page.getByRole("menu").waitFor();
      },
    },
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
    {
      name: "into Ollama",
      path: `${project}/result`,
      settled: ".two-up .btn",
      prepare: inDialog((page) => page.locator(".two-up .btn").first()),
    },
    {
      name: "passport",
      path: `${project}/result`,
      settled: ".ab tbody tr",
      prepare: inDialog((page) => page.locator(".head .btn").last()),
    },
    {
      name: "settings of a conversation",
      path: `${project}/result`,
      settled: ".chat .sec-head .btn",
      prepare: inDialog((page) => page.locator(".chat .sec-head .btn").first()),
    },
    { name: "run", path: ofRun, settled: ".rn-chart canvas" },
    { name: "settings in use", path: `${ofRun}?show=settings&curve=memory`, settled: ".inuse dd" },
    { name: "decisions", path: `${ofRun}?show=decisions&curve=rate`, settled: ".log.plain > div" },
    { name: "runs", path: `${project}/history`, settled: ".hist tbody tr" },
  ];
}
