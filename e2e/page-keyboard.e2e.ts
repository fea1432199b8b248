import { describe, expect, it } from "vitest";
import { tabTo } from "./testing/keyboard.ts";
import { page, soon, studio, useStudioPage, withoutOllama } from "./testing/studio-page.ts";
import { exampleFiles } from "./testing/studio.ts";

const slug = "lighthouses";

/** The page has no mouse here: whatever is done is done by `page.keyboard`. */
describe("the whole path with the keyboard alone", () => {
  useStudioPage(withoutOllama);

  const press = (key: string) => page.keyboard.press(key);
  const step = (name: string) =>
    page.getByRole("navigation", { name: "Steps of this project" }).getByRole("link", { name });

  it("begins with a link past the rail", async () => {
    await page.goto("/");
    await page.getByRole("heading", { level: 1 }).waitFor();
    await press("Tab");
    expect(await page.evaluate("document.activeElement.textContent")).toBe("Skip to content");
    await press("Enter");
    expect(await page.evaluate("document.activeElement.id")).toBe("main");
  });

  it("makes a project", async () => {
    await tabTo(page, page.getByRole("button", { name: "New project" }));
    await press("Enter");
    const name = page.getByLabel("Name", { exact: true });
    await name.waitFor();
    await tabTo(page, name);
    await page.keyboard.type("Lighthouses");
    await press("Enter");
    await page.waitForURL(`**/projects/${slug}/examples`);
  });

  it("brings files in", async () => {
    // Begun early: the browser's own chooser opens where Enter is quicker than this request.
    const chooser = page.waitForEvent("filechooser");
    await tabTo(page, page.locator('.drop input[type="file"]'));
    await press("Enter");
    await (await chooser).setFiles(exampleFiles);
    await expect.poll(async () => (await studio.project(slug)).data.length, soon).toBe(2);
  });

  it("chooses a preset and changes a setting", async () => {
    await tabTo(page, step("Training"));
    await press("Enter");
    await page.waitForURL("**/training");
    const presets = page.locator(".preset input");
    await presets.first().waitFor();
    await tabTo(page, presets);
    await press("Space");
    for (let steps = 0; steps < 8; steps++) {
      if ((await studio.project(slug)).preset === "small_data") break;
      const before = (await studio.project(slug)).preset;
      await press("ArrowDown");
      await expect.poll(async () => (await studio.project(slug)).preset, soon).not.toBe(before);
    }
    expect((await studio.project(slug)).preset).toBe("small_data");
    const patience = page.locator(
      '[data-parameter="training_config.early_stopping_patience"] .num input:not([aria-hidden])',
    );
    await tabTo(page, patience);
    await press("ControlOrMeta+a");
    await page.keyboard.type("2");
    await press("Tab");
    await expect
      .poll(
        async () => (await studio.project(slug)).trainingConfig["early_stopping_patience"],
        soon,
      )
      .toBe(2);
  });

  it("opens and closes a help", async () => {
    const help = page.locator("details[open] .help").first();
    await tabTo(page, help);
    await press("Enter");
    const tip = page.locator(".tip, [role=dialog], [role=tooltip]").first();
    await tip.waitFor();
    await press("Escape");
    await tip.waitFor({ state: "hidden" });
  });

  it("trains", async () => {
    const start = page.getByRole("button", { name: "Start training" });
    await expect.poll(() => start.isEnabled(), { timeout: 120_000, interval: 100 }).toBe(true);
    await tabTo(page, start);
    await press("Enter");
    await page.waitForURL(/\/runs\/[^/]+$/, { timeout: 60_000 });
    const curve = page.getByRole("button", { name: "Step size" });
    await tabTo(page, curve);
    await press("Enter");
    expect(await curve.getAttribute("aria-pressed")).toBe("true");
    const result = page.getByRole("link", { name: "See the result" });
    await result.waitFor({ timeout: 400_000 });
    await tabTo(page, result);
    await press("Enter");
    await page.waitForURL("**/result");
  });

  it("asks the trained model", async () => {
    const question = page.getByRole("textbox", { name: "Ask as a user would" });
    await tabTo(page, question);
    await page.keyboard.type("What colour is Corvane?");
    await press("Enter");
    const answer = page.locator(".turn.it");
    await answer
      .getByText(/stopped by itself/)
      .first()
      .waitFor({ timeout: 120_000 });
    expect(await answer.first().textContent()).toContain("Red and white.");
  });
});
