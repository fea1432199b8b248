import type { Page } from "playwright-core";
import { exampleFiles } from "./studio.ts";

/** Makes a project by hand and brings the example files in, as a person does. */
export async function makeProject(page: Page, name: string): Promise<void> {
  await createProject(page, name);
  await page.locator('input[type="file"]').first().setInputFiles(exampleFiles);
  // Uploads have no use yet; only files that are stored do.
  await page.locator(".filecell .select").nth(1).waitFor();
}

export async function createProject(page: Page, name: string): Promise<void> {
  const slug = name.toLowerCase().replaceAll(/\W+/g, "-");
  await page.goto("/");
  await page.getByRole("button", { name: "New project" }).first().click();
  await page.getByLabel("Name", { exact: true }).fill(name);
  await page.getByRole("button", { name: "Create" }).click();
  await page.waitForURL(`**/projects/${slug}/examples`);
}
