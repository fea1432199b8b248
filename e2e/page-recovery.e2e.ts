import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseEvents } from "#core/runs/event-log.ts";
import { noBrowser, watchPage } from "./testing/browser.ts";
import { makeProject } from "./testing/make-project.ts";
import { startServerProcess, type ServerProcess } from "./testing/server-process.ts";
import { page, soon, useBrowser, watchPageAt, watched } from "./testing/studio-page.ts";

const slug = "lighthouses";
const training = { timeout: 400_000 };

describe("a run that is watched while its server dies", () => {
  useBrowser();
  let server: ServerProcess;
  let home: string;
  let folder: string;

  beforeAll(async () => {
    if (noBrowser !== undefined) return;
    home = await mkdtemp(join(tmpdir(), "tunesmith-faults-"));
    server = await startServerProcess(home);
    await watchPageAt(server.url);
    // Every event that reaches the page, by its number.
    await page.addInitScript(
      `const Native = EventSource;
       window.seqs = [];
       window.EventSource = class extends Native {
         constructor(...args) {
           super(...args);
           this.addEventListener("message", ({ data }) => {
             const message = JSON.parse(data);
             if (message.type === "run.event") window.seqs.push(message.event.seq);
           });
         }
       };`,
    );
  });
  afterAll(async () => {
    await page?.context().close();
    await server?.stop();
    await rm(home, { recursive: true, force: true, maxRetries: 5 });
  });

  const events = async () => parseEvents(await readFile(join(folder, "events.jsonl"), "utf8"));
  const step = (of: Page = page) => of.locator(".mets .met").nth(1).locator("dd");
  const shownStep = async (of: Page = page) =>
    Number.parseInt(((await step(of).textContent()) ?? "").replaceAll(/\D*\/.*|,/g, ""), 10);

  it("starts a run that takes a while", async () => {
    await makeProject(page, "Lighthouses");
    const id = await startLongRun(server.url);
    folder = join(home, "projects", slug, "runs", id);
    await page.goto(`/projects/${slug}/runs/${id}`);
    await expect.poll(() => shownStep(), training).toBeGreaterThan(2);
  });

  it("says that the server is gone, keeps the picture, and recovers with no lost event", async () => {
    // Fonts come when their first letter is shown.
    watched.expectFailures(/\/(api|assets)\//);
    const port = Number(new URL(server.url).port);
    const before = await shownStep();
    await server.kill();
    const note = page.getByText(/^No connection to Tunesmith since/);
    await note.waitFor();
    expect(await shownStep()).toBeGreaterThanOrEqual(before);
    // The run goes on without a server.
    const steps = async () => (await events()).filter(({ type }) => type === "train.step").length;
    const then = await steps();
    await expect.poll(steps, training).toBeGreaterThan(then + 5);
    server = await startServerProcess(home, { port });
    expect(Number(new URL(server.url).port)).toBe(port);
    await note.waitFor({ state: "hidden", timeout: 60_000 });
    await expect.poll(() => shownStep(), training).toBeGreaterThan(before + 5);
    const seqs = await page.evaluate<number[]>("window.seqs");
    const first = Math.min(...seqs);
    const distinct = [...new Set(seqs)].toSorted((a, b) => a - b);
    expect(distinct).toEqual(distinct.map((_, index) => first + index));
  });

  it("shows the same in a second tab, and follows what is done there", async () => {
    const other = watchPage(await page.context().newPage());
    await other.page.goto(page.url());
    await expect.poll(() => shownStep(other.page), soon).toBeGreaterThan(0);
    await other.page.getByRole("button", { name: "Pause" }).click();
    for (const tab of [page, other.page])
      await tab.getByText(/^Paused/).waitFor({ timeout: 120_000 });
    await page.getByRole("button", { name: "Go on" }).click();
    const running = page.getByRole("button", { name: "Cancel run" });
    await running.waitFor({ timeout: 60_000 });
    expect(other.takeFaults()).toEqual([]);
    await other.page.close();
  });

  it("goes on when a file is removed meanwhile, and names the file that is missed", async () => {
    await rm(join(home, "projects", slug, "data", "train.jsonl"));
    const before = await shownStep();
    await expect.poll(() => shownStep(), training).toBeGreaterThan(before);
    const other = watchPage(await page.context().newPage());
    other.expectFailures(/\/api\//);
    await other.page.goto(`/projects/${slug}/examples`);
    const fault = other.page
      .locator("main")
      .getByText(/train\.jsonl.*(missing|gone|not there|no longer)/i);
    await fault.first().waitFor({ timeout: 60_000 });
    await other.page.close();
  });

  it("is cancelled from the page, and leaves a state to go on from", async () => {
    await page.getByRole("button", { name: "Cancel run" }).click();
    const question = page.getByRole("dialog");
    await question.getByRole("button", { name: "Cancel run" }).click();
    await page.getByText(/^Cancelled/).waitFor({ timeout: 120_000 });
    await page.getByRole("button", { name: "Go on" }).waitFor();
    const last = (await events()).at(-1);
    expect(last?.type).toBe("run.cancelled");
    const total = (await events()).filter(({ type }) => type === "train.step").length;
    expect(total).toBeGreaterThan(10);
  });
});

/** Long enough to be caught in its middle on any machine. */
async function startLongRun(url: string): Promise<string> {
  const reply = await fetch(`${url}api/projects/${slug}/runs`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      training_config: {
        num_train_epochs: 100,
        gradient_accumulation_steps: 1,
        logging_steps: 1,
        packing: false,
        early_stopping_patience: 0,
        save_strategy: "no",
      },
    }),
  });
  const run = (await reply.json()) as { id: string };
  expect([reply.status, run]).toEqual([201, expect.objectContaining({ id: expect.any(String) })]);
  return run.id;
}
