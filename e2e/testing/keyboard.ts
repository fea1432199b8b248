import type { Locator, Page } from "playwright-core";

const mostSteps = 300;

/**
 * Tabs until the element has the focus, as someone without a mouse does. Each stop on the way must
 * be seen to have it. Throws where the element is not reached.
 */
export async function tabTo(page: Page, target: Locator): Promise<void> {
  await target.first().waitFor();
  for (let step = 0; step < mostSteps; step++) {
    if (await target.first().evaluate((element) => element.matches(":focus"))) return;
    await page.keyboard.press("Tab");
    const unseen = await page.evaluate<string | null>(unseenFocus);
    if (unseen !== null) throw new Error(`nothing shows that it has the focus: ${unseen}`);
  }
  throw new Error(`${mostSteps} steps of the Tab key do not lead to ${String(target)}`);
}

/** In the page: the focused element where it looks as it does without focus. */
const unseenFocus = `(() => {
  const element = document.activeElement;
  if (!element || element === document.body) return null;
  const marked = (one) => {
    const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(one);
    return (outlineStyle !== "none" && outlineWidth !== "0px") || boxShadow !== "none";
  };
  // A visually hidden control is marked by the label around it.
  for (let one = element; one && one !== document.body; one = one.parentElement)
    if (marked(one)) return null;
  const beside = element.nextElementSibling;
  if (beside && marked(beside)) return null;
  return element.outerHTML.slice(0, 200);
})()`;
