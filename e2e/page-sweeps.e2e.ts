import { afterAll, beforeAll, expect, it } from "vitest";
import { openWorkspace } from "#core/workspace.ts";
import { createProject } from "#core/projects/projects.ts";
import { addDataFile } from "#core/datasets/data-files.ts";
import { tryLock, type Lock } from "#core/files/lock.ts";
import { deviceLock } from "#core/runs/queue.ts";
import { createReadStream } from "node:fs";
import { violations } from "./testing/axe.ts";
import { noBrowser } from "./testing/browser.ts";
import { page, studio, useStudioPage, watched } from "./testing/studio-page.ts";
import { exampleFiles } from "./testing/studio.ts";

let device: Lock;

useStudioPage();
beforeAll(async () => {
  if (noBrowser !== undefined) return;
  const ws = await openWorkspace({ home: studio.home });
  // Another run has the device: what is queued here waits, and no training begins.
  device = tryLock(deviceLock(ws)) as Lock;
  const { slug } = await createProject(ws, { name: "Towers" });
  const stream = createReadStream(exampleFiles[0] as string);
  await addDataFile(ws, slug, { name: "train.jsonl", role: "train", stream });
});
afterAll(async () => {
  device?.release();
});

it("queues every combination, lists the trials, and cancels them", async () => {
  await page.goto("/projects/towers/sweeps");
  await page.getByText("Nothing tried yet").waitFor();
  const start = page.getByRole("button", { name: /^Queue/ });
  expect(await start.isDisabled()).toBe(true);
  await page.locator(".sweep-line .input").fill("1e-3, 2e-3");
  await page.getByRole("button", { name: "Another setting" }).click();
  await page.getByLabel("Setting", { exact: true }).nth(1).selectOption("lora_config.r");
  await page.locator(".sweep-line .input").nth(1).fill("4, none");
  await start.click();
  // What is wrong is said, and what was typed stays.
  await page.getByRole("alert").waitFor();
  await page.locator(".sweep-line .input").nth(1).fill("4, 8");
  watched.takeFaults();
  expect(await start.textContent()).toBe("Queue 4 trials");
  await start.click();
  const rows = page.locator("tbody tr");
  await expect.poll(() => rows.count(), { timeout: 60_000 }).toBe(4);
  expect(await rows.allTextContents()).toEqual([
    expect.stringContaining("learning_rate 0.001, r 4"),
    expect.stringContaining("learning_rate 0.001, r 8"),
    expect.stringContaining("learning_rate 0.002, r 4"),
    expect.stringContaining("learning_rate 0.002, r 8"),
  ]);
  expect(await violations(page)).toEqual([]);
  await page.getByRole("button", { name: "Cancel what is left" }).click();
  await expect
    .poll(async () => (await rows.allTextContents()).join(), { timeout: 60_000 })
    .not.toContain("waits");
});
