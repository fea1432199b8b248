import { beforeAll, describe, expect, it } from "vitest";
import { violations } from "./testing/axe.ts";
import { allScreens } from "./testing/screens.ts";
import { makeProject } from "./testing/make-project.ts";
import {
  page,
  soon,
  studio,
  useStudioPage,
  watched,
  withoutOllama,
} from "./testing/studio-page.ts";

const slug = "lighthouses";
const training = { timeout: 400_000, interval: 250 };

describe("the page, from start to a model that answers", () => {
  let runPath: string;

  useStudioPage(withoutOllama);

  const goTo = (path: string) => page.goto(`/projects/${slug}/${path}`);
  const heading = (name: string | RegExp) =>
    page.getByRole("heading", { name, level: 1 }).waitFor();

  it("prepares the practice run", async () => {
    await makeProject(page, "Lighthouses");
    await page.locator(".ledger").waitFor();
    await goTo("training");
    await page.locator('.preset:has(input[value="small_data"])').click();
    await expect.poll(async () => (await studio.project(slug)).preset, soon).toBe("small_data");
  });

  it("starts, and goes to the run by itself", async () => {
    await page.getByRole("button", { name: "Start training" }).click();
    await page.waitForURL(/\/runs\/[^/]+$/);
    runPath = new URL(page.url()).pathname;
    await heading(/^Run 1$/);
    // The first stage is seen going on without a reload.
    await page.locator(".stages .st:not(.todo)").first().waitFor({ timeout: 60_000 });
  });

  it("locks the settings while it trains, and says why and until when", async () => {
    const other = await page.context().newPage();
    try {
      await other.goto(`/projects/${slug}/training`);
      await other.getByText("Run 1 is training with these settings.").waitFor();
      const open = other.locator("details.acc[open]");
      await open.first().waitFor();
      const controls = open.locator(
        ":is(.num input:not([aria-hidden]), .select, .switch, .check, .textarea)",
      );
      expect(await controls.count()).toBeGreaterThan(10);
      for (const control of await controls.all()) expect(await control.isDisabled()).toBe(true);
      // Help stays in reach.
      expect(await open.locator(".help").first().isEnabled()).toBe(true);
      expect(await other.getByRole("button", { name: "Start training" }).isDisabled()).toBe(true);
    } finally {
      await other.close();
    }
  });

  it("shows stages and steps live, and the same picture after a reload", async () => {
    const step = page.locator(".mets .met").nth(1).locator("dd");
    const shownStep = async () => Number.parseInt((await step.textContent()) ?? "", 10);
    await expect.poll(shownStep, training).toBeGreaterThan(0);
    const before = await shownStep();
    const finished = await page.locator(".stages .st:not(.todo):not(.live)").count();
    await page.reload();
    await heading(/^Run 1$/);
    await expect.poll(shownStep, soon).toBeGreaterThanOrEqual(before);
    expect(await page.locator(".stages .st:not(.todo):not(.live)").count()).toBeGreaterThanOrEqual(
      finished,
    );
    await page.locator(".rn-chart canvas").waitFor();
    expect(await violations(page)).toEqual([]);
  });

  it("draws every measure, and the chosen one again after a reload", async () => {
    const kinds = page.getByRole("group", { name: "Curve" }).getByRole("button");
    for (const name of ["Step size", "Pull", "Speed", "Memory"]) {
      await kinds.getByText(name, { exact: true }).click();
      await page.locator(`.rn-chart .seg [aria-pressed="true"]:text-is("${name}")`).waitFor();
      await page.locator(".rn-chart canvas").waitFor();
    }
    await page.reload();
    await page.locator('.rn-chart .seg [aria-pressed="true"]:text-is("Memory")').waitFor();
    await page.getByRole("button", { name: "As table" }).click();
    const values = page.locator(".chart-table tbody td");
    await values.first().waitFor();
    expect(await values.first().textContent()).toMatch(/\d [kMG]B/);
    await kinds.getByText("Loss", { exact: true }).click();
    // Lines differ in dashes and points as well, for whoever sees no colours.
    const forms = await page
      .locator(".chart-legend svg")
      .evaluateAll((samples) =>
        samples.map((one) => one.outerHTML.replaceAll(/var\(--chart-\d+\)/g, "")),
      );
    expect(new Set(forms).size).toBe(2);
    const held = page.locator(".chart-legend").getByRole("button", { name: "held-out" });
    await held.click();
    expect(await held.getAttribute("aria-pressed")).toBe("false");
    expect(await page.locator(".chart-table thead th").count()).toBe(2);
  });

  it("tells the log, the settings in use and what libraries printed", async () => {
    await page.locator(".log > div").first().waitFor();
    await page.getByRole("tab", { name: "Settings in use" }).click();
    await page.locator(".inuse").getByText("num_train_epochs").waitFor();
    expect(await violations(page)).toEqual([]);
    await page.getByRole("tab", { name: "Printed by libraries" }).click();
    await page.locator(".log.text").filter({ hasText: /\S/ }).waitFor();
    await page.getByRole("tab", { name: "Log" }).click();
  });

  it("ends, and leads to the result", async () => {
    const result = page.getByRole("link", { name: "See the result" });
    await result.waitFor({ timeout: training.timeout });
    expect(await page.locator(".stages .st.live, .stages .st.bad").count()).toBe(0);
    await result.click();
    await page.waitForURL(`**/projects/${slug}/result`);
    await page.locator(".vword").getByText("Better").waitFor();
    expect(await page.locator(".verdict").textContent()).toMatch(/95% sure: \+\d+ to \+\d+/);
  });

  it("shows base and tuned answers side by side", async () => {
    const rows = page.locator("table.ab tbody tr");
    expect(await rows.count()).toBeGreaterThan(0);
    await page.getByRole("button", { name: /^All \d/ }).click();
    expect(await rows.getByText("same as yours").count()).toBeGreaterThan(0);
    expect(await rows.getByText("differs").count()).toBeGreaterThan(0);
  });

  it("answers a taught fact in the chat", async () => {
    const question = page.getByRole("textbox", { name: "Ask as a user would" });
    await question.fill("What colour is Corvane?");
    await question.press("Enter");
    const answer = page.locator(".turn.it");
    await answer.getByText(/stopped by itself/).waitFor({ timeout: 120_000 });
    expect(await answer.textContent()).toContain("Red and white.");
  });

  it("lists the run, and lays its curve out", async () => {
    await goTo("history");
    await page.getByRole("checkbox").first().check();
    await page.locator(".uplot, canvas").first().waitFor();
    await page.locator(".hist").getByRole("link", { name: "Run 1" }).waitFor();
  });

  // The run's id is known only when the screens are looked at.
  const screens = allScreens(slug, "RUN");
  describe.each([
    { language: "en", theme: "light" },
    { language: "en", theme: "dark" },
    { language: "de", theme: "light" },
    { language: "de", theme: "dark" },
  ] as const)("in $language, $theme, axe finds nothing wrong", ({ language, theme }) => {
    beforeAll(() =>
      page?.evaluate(
        `localStorage.setItem("tunesmith.language", "${language}");` +
          `localStorage.setItem("tunesmith.theme", "${theme}");`,
      ),
    );

    it.each(screens)("on $name", async ({ path, settled, prepare }) => {
      watched.expectFailures(/\/nothing\/there|\/api\/ollama\/models$/);
      await page.goto(path.replace("RUN", runPath.split("/").at(-1) ?? ""));
      await page.locator(settled).first().waitFor({ timeout: 60_000 });
      await prepare?.(page);
      expect(await page.locator("html").getAttribute("lang")).toBe(language);
      expect(await violations(page)).toEqual([]);
    });
  });
});
