import { once } from "node:events";
import { mkdir, writeFile } from "node:fs/promises";
import { request } from "node:http";
import type { IncomingMessage } from "node:http";
import { dirname, join } from "node:path";
import { text } from "node:stream/consumers";
import { describe, expect, it } from "vitest";
import { violations } from "./testing/axe.ts";
import { openPage } from "./testing/browser.ts";
import { createProject, makeProject } from "./testing/make-project.ts";
import { browser, page, studio, useStudioPage, watched } from "./testing/studio-page.ts";

const soon = { timeout: 20_000, interval: 50 };

describe("projects in the page", () => {
  useStudioPage();

  const names = () => page.locator(".proj h2").allTextContents();
  const card = (name: string) => page.locator(".proj").filter({ hasText: name });
  const choose = async (name: string, action: string) => {
    await page.getByRole("button", { name: `More for ${name}`, exact: true }).click();
    await page.getByRole("menuitem", { name: action }).click();
  };

  it("say what to do where there is none yet", async () => {
    await page.goto("/");
    await page.getByText(/Drop a file of examples anywhere on this page/).waitFor();
    expect(await violations(page)).toEqual([]);
  });

  it("are created, and their cards tell model, rows and last result", async () => {
    await makeProject(page, "Lighthouses");
    await page.getByText("40 + 40 + 0 = 80").waitFor();
    await createProject(page, "Bicycles");
    await page.goto("/");
    await card("Lighthouses").getByText("starter, 80 rows").waitFor();
    await card("Lighthouses").getByText("Not trained yet").waitFor();
    await card("Bicycles").getByText("starter, 0 rows").waitFor();
    await card("Bicycles").getByText("Add examples to begin.").waitFor();
  });

  it("take a file that is dropped beside the cards, and no page opens a file", async () => {
    const session = await page.context().newCDPSession(page);
    const drop = async (file: string) => {
      const data = { items: [], files: [file], dragOperationsMask: 1 };
      for (const type of ["dragEnter", "dragOver", "drop"] as const) {
        await session.send("Input.dispatchDragEvent", { type, x: 40, y: 500, data });
      }
    };
    const file = join(studio.home, "tmp", "Dropped.jsonl");
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, '{"prompt": "Is it there?", "completion": "Yes."}\n');
    await page.goto("/queue");
    await page.getByRole("heading", { name: "Queue" }).first().waitFor();
    await drop(file);
    await page.goto("/");
    await card("Bicycles").waitFor();
    await drop(file);
    await page.waitForURL("**/projects/dropped/examples");
    await page.getByText("1 + 0 + 0 = 1").waitFor();
    // The project's own page would ask for what is gone.
    await page.goto("/");
    await card("Dropped").waitFor();
    expect((await fetch(`${studio.url}api/projects/dropped`, { method: "DELETE" })).ok).toBe(true);
    await card("Dropped").waitFor({ state: "detached" });
  });

  it("say nothing of results before the runs are loaded", async () => {
    let goOn = (): void => undefined;
    const held = new Promise<void>((resolve) => (goOn = resolve));
    await page.route("**/api/runs?*", async (route) => {
      await held;
      await route.continue();
    });
    try {
      await page.goto("/");
      await card("Lighthouses").getByText("starter, 80 rows").waitFor();
      expect(await card("Lighthouses").textContent()).not.toMatch(/trained|Choose how/);
      expect(await violations(page)).toEqual([]);
      goOn();
      await card("Lighthouses").getByText("Not trained yet").waitFor();
    } finally {
      goOn();
      await page.unrouteAll({ behavior: "wait" });
    }
  });

  it("refuse a name that cannot be one, and keep what was typed", async () => {
    watched.expectFailures(/\/api\/projects$/);
    await page.getByRole("button", { name: "New project" }).first().click();
    const field = page.getByLabel("Name", { exact: true });
    // Whoever opens it can type at once.
    await expect.poll(() => field.evaluate((one) => one.matches(":focus")), soon).toBe(true);
    await field.fill("Bell\u0007");
    await page.getByRole("button", { name: "Create" }).click();
    await page.getByRole("alert").getByText("it holds a control character").waitFor();
    expect(await field.inputValue()).toBe("Bell\u0007");
    expect(await violations(page)).toEqual([]);
    await page.getByRole("button", { name: "Cancel" }).click();
  });

  it("are sorted by name or by what changed last", async () => {
    const sort = page.getByLabel("Sort");
    await sort.selectOption("name");
    await expect.poll(names, soon).toEqual(["Bicycles", "Lighthouses"]);
    await sort.selectOption("changed");
    await expect.poll(names, soon).toEqual(["Bicycles", "Lighthouses"]);
    await choose("Lighthouses", "Rename");
    await page.getByLabel("Name", { exact: true }).fill("Towers");
    await page.getByRole("button", { name: "Save" }).click();
    await expect.poll(names, soon).toEqual(["Towers", "Bicycles"]);
    expect((await studio.project("lighthouses")).name).toBe("Towers");
  });

  it("are found by a part of their name, and what is not found is said", async () => {
    const search = page.getByRole("searchbox", { name: "Search projects" });
    await search.fill("tow");
    await expect.poll(names, soon).toEqual(["Towers"]);
    await search.fill("harbour");
    await page.getByRole("heading", { name: "No project is called “harbour”" }).waitFor();
    expect(await violations(page)).toEqual([]);
    await page.getByRole("button", { name: "Clear the search" }).click();
    await expect.poll(async () => (await names()).length, soon).toBe(2);
  });

  it("are duplicated with their examples", async () => {
    await choose("Towers", "Duplicate");
    await expect.poll(async () => (await names()).length, soon).toBe(3);
    const [copy = ""] = (await names()).filter((name) => !["Towers", "Bicycles"].includes(name));
    expect(copy).toContain("Towers");
    await page.getByRole("link", { name: copy, exact: true }).click();
    await page.locator(".filecell, .preset").first().waitFor();
    const slug = /\/projects\/([^/]+)\//.exec(page.url())?.[1] ?? "";
    expect((await studio.project(slug)).data).toHaveLength(2);
    await page.goto("/");
  });

  it("are deleted, and come back whole when that is undone", async () => {
    const before = await studio.project("lighthouses");
    await choose("Towers", "Delete");
    await expect.poll(async () => (await names()).includes("Towers"), soon).toBe(false);
    await page.getByRole("button", { name: "Undo" }).click();
    await expect.poll(async () => (await names()).includes("Towers"), soon).toBe(true);
    expect(await studio.project("lighthouses")).toEqual(before);
  });

  it("have addresses: back, forward and reload bring every section again", async () => {
    await page.goto("/projects/lighthouses/examples");
    const steps = page.getByRole("navigation", { name: "Steps of this project" });
    const heading = (name: string) => page.getByRole("heading", { name, level: 1 }).waitFor();
    await steps.getByRole("link", { name: "Model" }).click();
    await heading("Model");
    await steps.getByRole("link", { name: "Training" }).click();
    await heading("Training");
    await page.goBack();
    await heading("Model");
    await page.reload();
    await heading("Model");
    await page.goForward();
    await heading("Training");
    expect(new URL(page.url()).pathname).toBe("/projects/lighthouses/training");
  });

  it("that are not there say so, with the way back", async () => {
    watched.expectFailures(/\/api\/projects\/nobody/);
    for (const path of ["examples", "training", "runs/none"]) {
      await page.goto(`/projects/nobody/${path}`);
      await page.getByRole("alert").waitFor();
      expect(await violations(page)).toEqual([]);
      await page.getByRole("alert").getByRole("link", { name: "To the projects" }).click();
      await page.getByRole("heading", { name: "Projects", level: 1 }).waitFor();
    }
  });

  it("refuse a file that the disk has no room for, before it is sent", async () => {
    watched.expectFailures(/huge\.jsonl/);
    await page.route("**/data/huge.jsonl*", async (route) => {
      // The real server's answer to a petabyte: no file of that size can be made here.
      const sending = request(`${studio.url}api/projects/bicycles/data/huge.jsonl`, {
        method: "PUT",
        headers: { "content-length": 1e15 },
      });
      sending.flushHeaders();
      const [reply] = (await once(sending, "response")) as [IncomingMessage];
      const body = await text(reply);
      sending.on("error", () => undefined).destroy();
      await route.fulfill({
        status: reply.statusCode ?? 0,
        contentType: "application/json",
        body,
      });
    });
    await page.goto("/projects/bicycles/examples");
    await page.locator('input[type="file"]').setInputFiles({
      name: "huge.jsonl",
      mimeType: "",
      buffer: Buffer.from("{}\n"),
    });
    const refused = page.getByRole("alert").filter({ hasText: "huge.jsonl" });
    await refused.getByText(/1000000\.0 GB large, and only [\d.]+ GB are free/).waitFor();
    await page.unroute("**/data/huge.jsonl*");
    expect((await studio.project("bicycles")).data).toEqual([]);
  });

  it.each([
    ["the mouse", false],
    ["touch", true],
  ])("tell what a setting does by %s", async (_, hasTouch) => {
    const other = await openPage(browser, studio.url, { hasTouch });
    await other.page.goto("/projects/lighthouses/training");
    const help = other.page.locator("details[open] .help").first();
    await help.waitFor();
    if (hasTouch) await help.tap();
    else await help.hover();
    const tip = other.page.locator(".tip-popup");
    await tip.getByText("num_train_epochs").waitFor();
    // Beside its field, never over it.
    const field = await other.page.locator("details[open] .num").first().boundingBox();
    const shown = await tip.boundingBox();
    expect(shown !== null && field !== null).toBe(true);
    if (shown && field)
      expect(shown.x >= field.x + field.width || shown.y + shown.height <= field.y).toBe(true);
    expect(other.takeFaults()).toEqual([]);
    await other.page.context().close();
  });
});
