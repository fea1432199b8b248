import { describe, expect, it } from "vitest";
import { allParameters, registry } from "#contract/parameters/registry.ts";
import { sections, type Section } from "#contract/parameters/types.ts";
import { sectionKeys } from "#contract/project.ts";
import { runCli } from "#cli/testing/run-cli.ts";
import { createProject } from "./testing/make-project.ts";
import { otherValue } from "./testing/parameter-values.ts";
import { fieldOf, setParameter } from "./testing/set-parameter.ts";
import { page, soon, studio, useStudioPage, watched } from "./testing/studio-page.ts";
import { exampleFiles } from "./testing/studio.ts";

const slug = "lighthouses";

describe("the page, from a file to every setting", () => {
  useStudioPage();

  const stored = async (section: Section) => (await studio.project(slug))[sectionKeys[section]];
  const goTo = (path: string) => page.goto(`/projects/${slug}/${path}`);

  it("creates a project", async () => {
    await createProject(page, "Lighthouses");
    await page.getByText("No examples yet").waitFor();
    expect((await studio.project(slug)).name).toBe("Lighthouses");
  });

  it("takes the example files, and the ledger adds up", async () => {
    await page.locator('input[type="file"]').setInputFiles(exampleFiles);
    const sum = page.locator(".ledger .mark.good");
    await expect.poll(() => page.locator(".filecell").count(), soon).toBe(2);
    await sum.waitFor();
    await expect
      .poll(async () => {
        const shown = (await sum.textContent()) ?? "";
        const [train, check, leftOut, rows] = (shown.match(/[\d,]+/g) ?? []).map((text) =>
          Number(text.replace(",", "")),
        );
        return {
          adds: (train ?? 0) + (check ?? 0) + (leftOut ?? 0) === rows,
          many: (rows ?? 0) > 40,
        };
      }, soon)
      .toEqual({ adds: true, many: true });
    expect((await studio.project(slug)).data.map(({ name }) => name).sort()).toEqual([
      "check.jsonl",
      "train.jsonl",
    ]);
  });

  it("shows the rows, and one of them whole", async () => {
    const rows = page.getByRole("grid", { name: "Rows" }).getByRole("row");
    await rows.nth(6).waitFor();
    await rows.nth(1).click();
    const side = page.getByRole("complementary", { name: "As the model reads it" });
    await side.locator(".tokens").first().waitFor();
  });

  it("lists a broken row with its line and the reason, and lets its file go again", async () => {
    await page.locator('input[type="file"]').setInputFiles({
      name: "broken.jsonl",
      mimeType: "application/jsonl",
      buffer: Buffer.from('{"prompt": "Whole?", "completion": "Yes."}\n{"prompt": "Broken\n'),
    });
    await page.getByRole("tab", { name: /^Left out/ }).click();
    const entry = page.getByRole("row").filter({ hasText: "broken.jsonl:2" });
    await entry.waitFor();
    expect(await entry.getByRole("gridcell").nth(1).textContent()).toMatch(/\w+ \w+/);
    await page.getByRole("button", { name: "Remove broken.jsonl" }).click();
    await expect.poll(() => page.locator(".filecell").count(), soon).toBe(2);
    expect((await studio.project(slug)).data).toHaveLength(2);
  });

  it("uses the starter", async () => {
    await goTo("model");
    await page.locator(".mcard.chosen").getByText("Chosen").waitFor();
    expect((await studio.project(slug)).model).toBe("starter");
  });

  describe("settings", () => {
    it("opens every section", async () => {
      await goTo("training");
      await openSections();
      expect(await page.locator("[data-parameter]").count()).toBe(allParameters.length);
    });

    it.each(allParameters.map((parameter) => ({ ...parameter, parameter })))(
      "saves $key of $section",
      async ({ section, key, parameter }) => {
        // Both at once are refused.
        const both = key === "fp16" && (await stored(section))["bf16"] === true;
        if (both) await restore({ section, key: "bf16" });
        const shown = fieldOf(page, parameter).locator(".switch");
        const value = otherValue(parameter, (await shown.count()) > 0 && (await shown.isChecked()));
        await setParameter(page, parameter, value);
        await expect.poll(async () => (await stored(section))[key], soon).toEqual(value);
        await page.locator(`.changed[data-parameter="${section}.${key}"]`).waitFor();
      },
    );

    it("says that it saved", async () => {
      await page
        .locator(".saved")
        .getByText(/Saved \d/)
        .waitFor();
    });

    it("shows the same after a reload", async () => {
      await page.reload();
      await openSections();
      const values = (await Promise.all(sections.map(stored))).flatMap(Object.values);
      const changed = values.filter((value) => value !== null).length;
      // bf16 may have given way to fp16.
      expect(changed).toBeGreaterThanOrEqual(allParameters.length - 1);
      await expect.poll(() => page.locator("[data-parameter].changed").count(), soon).toBe(changed);
    });

    it("gives back one default", () => restore({ section: "lora_config", key: "r" }));

    it.each(sections)("resets %s alone", async (section) => {
      const others = sections.filter((other) => other !== section);
      const before = await Promise.all(others.map(stored));
      const part = page.locator(`details[data-section="${section}"]`);
      await part.getByRole("button", { name: "Reset section" }).click();
      await expect
        .poll(async () => Object.values(await stored(section)).filter((one) => one !== null), soon)
        .toEqual([]);
      await expect.poll(() => part.locator(".changed").count(), soon).toBe(0);
      expect(await Promise.all(others.map(stored))).toEqual(before);
    });

    const bounded = sections.map((section) => {
      const found = registry[section].find(
        ({ control, maximum }) => control === "number" && maximum !== undefined,
      );
      return { section, found };
    });
    it.each(bounded.filter(({ found }) => found !== undefined))(
      "refuses a value out of range in $section, and says what still holds",
      async ({ section, found }) => {
        if (!found) return;
        watched.expectFailures(new RegExp(`/projects/${slug}$`));
        const before = await stored(section);
        await setParameter(page, found, (found.maximum ?? 0) + 1000);
        const alert = fieldOf(page, found).getByRole("alert");
        await alert.getByText(/^Not saved: .+ Still .+\.$/).waitFor();
        expect(await stored(section)).toEqual(before);
      },
    );

    it("shows and takes the same settings as YAML", async () => {
      await page.getByRole("button", { name: "YAML" }).click();
      const text = page.getByRole("textbox", { name: "YAML" });
      await text.fill("lora_config:\n  r: 8\n");
      await page.getByRole("button", { name: "Apply" }).click();
      await expect.poll(async () => (await stored("lora_config"))["r"], soon).toBe(8);
      await expect.poll(() => text.inputValue(), soon).toMatch(/^training_config:[^]*\s+r: 8$/m);
      await text.fill("lora_config: [");
      await page.getByRole("button", { name: "Apply" }).click();
      await page.getByRole("alert").getByText("This is not valid YAML").waitFor();
      await page.getByRole("button", { name: "Form" }).click();
    });

    it("shows in one tab what another changed", async () => {
      const other = await page.context().newPage();
      try {
        await other.goto(`/projects/${slug}/training`);
        const epochs = { section: "training_config", key: "num_train_epochs" } as const;
        const mine = fieldOf(page, epochs).locator(".num input:not([aria-hidden])");
        const theirs = fieldOf(other, epochs).locator(".num input:not([aria-hidden])");
        await theirs.fill("7");
        await theirs.press("Tab");
        await expect.poll(() => mine.inputValue(), soon).toBe("7");
      } finally {
        await other.close();
      }
    });

    it("shows what the terminal changed, without a reload", async () => {
      await openSections();
      const set = ["--set", "num_train_epochs=9", "--json"];
      const env = { TUNESMITH_HOME: studio.home };
      const { code, stderr } = await runCli(["settings", slug, ...set], { env });
      expect([code, stderr]).toEqual([0, ""]);
      const epochs = { section: "training_config", key: "num_train_epochs" } as const;
      const input = fieldOf(page, epochs).locator(".num input:not([aria-hidden])");
      await expect.poll(() => input.inputValue(), soon).toBe("9");
    });

    it("loses none of several quick changes", async () => {
      const boxes = page.locator(
        '[data-parameter="lora_config.target_modules"] input[type="checkbox"]',
      );
      const before = await boxes.count();
      // Faster than any answer: each click builds on what is shown, not on what is stored.
      for (let index = 0; index < 3; index++) await boxes.nth(index).click();
      await expect
        .poll(async () => (await stored("lora_config"))["target_modules"], soon)
        .toHaveLength(before - 3);
    });

    async function openSections(): Promise<void> {
      for (const section of sections) {
        const part = page.locator(`details[data-section="${section}"]`);
        await part.waitFor();
        if ((await part.getAttribute("open")) === null) await part.locator("summary").click();
      }
    }

    async function restore(parameter: { section: Section; key: string }): Promise<void> {
      await fieldOf(page, parameter).locator(".hint button").click();
      await expect
        .poll(async () => (await stored(parameter.section))[parameter.key] ?? null, soon)
        .toBeNull();
    }
  });

  it("speaks German at once, without a reload", async () => {
    await goTo("training");
    await page.evaluate("window.sameDocument = true");
    await page.getByRole("link", { name: "Settings" }).click();
    await page.getByLabel("Language", { exact: true }).selectOption("de");
    await page.getByRole("heading", { name: "Einstellungen", level: 1 }).waitFor();
    expect(await page.locator("html").getAttribute("lang")).toBe("de");
    expect(await page.evaluate("window.sameDocument")).toBe(true);
    await page.reload();
    await page.getByRole("heading", { name: "Einstellungen", level: 1 }).waitFor();
    await page.getByLabel("Sprache", { exact: true }).selectOption("en");
    await page.getByRole("heading", { name: "Settings", level: 1 }).waitFor();
  });

  it("turns dark at once", async () => {
    const ink = () => page.evaluate("getComputedStyle(document.body).color");
    const light = await ink();
    await page.getByLabel("Theme").selectOption("dark");
    await expect.poll(ink, soon).not.toBe(light);
    await page.reload();
    await page.getByLabel("Theme").waitFor();
    expect(await ink()).not.toBe(light);
    await page.getByLabel("Theme").selectOption("light");
    await expect.poll(ink, soon).toBe(light);
  });

  it("keeps its picture while the server is away, and recovers by itself", async () => {
    // Fonts come when their first letter is shown.
    watched.expectFailures(/\/(api|assets)\//);
    await goTo("training");
    const title = page.getByRole("heading", { name: "Training", level: 1 });
    await title.waitFor();
    await studio.stopServer();
    const note = page.getByText(/^No connection to Tunesmith since/);
    await note.waitFor();
    expect(await title.isVisible()).toBe(true);
    await studio.startServer();
    await note.waitFor({ state: "hidden" });
  });
});
