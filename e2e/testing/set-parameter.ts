import type { Parameter, ParameterValue } from "#contract/parameters/types.ts";
import type { Locator, Page } from "playwright-core";

/** A parameter's field; the same key may be in two sections. */
export const fieldOf = (
  page: Page,
  { section, key }: Pick<Parameter, "section" | "key">,
): Locator => page.locator(`[data-parameter="${section}.${key}"]`);

/** Sets a value by the parameter's own control, as a person does. */
export async function setParameter(
  page: Page,
  parameter: Parameter,
  value: ParameterValue,
): Promise<void> {
  const field = fieldOf(page, parameter);
  switch (parameter.control) {
    case "switch":
      return field.getByRole("switch").setChecked(value === true);
    case "select":
      await field.locator("select").selectOption(String(value));
      return;
    case "number": {
      const input = field.locator(".num input:not([aria-hidden])");
      await input.fill(String(value));
      return input.press("Tab");
    }
    case "textarea":
      await field.locator("textarea").fill(String(value));
      return field.locator("textarea").blur();
    case "tags":
      await field.locator("input").fill((value as string[]).at(-1) ?? "");
      return field.locator("input").press("Enter");
    case "checkboxes":
      return setCheckboxes(page, field, value as string[]);
  }
}

/** One box after the other, each saved before the next is touched. */
async function setCheckboxes(page: Page, field: Locator, wanted: string[]): Promise<void> {
  for (const box of await field.getByRole("checkbox").all()) {
    const label = (await box.locator("xpath=..").textContent())?.trim() ?? "";
    if ((await box.isChecked()) === wanted.includes(label)) continue;
    const saved = page.waitForResponse((reply) => reply.request().method() === "PATCH");
    await box.click();
    await saved;
  }
}
