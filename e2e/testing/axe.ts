import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import type { AxeResults } from "axe-core";
import type { Page } from "playwright-core";

const script = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
let source: string | undefined;

/** What axe finds wrong with what is on the screen, one line per element. */
export async function violations(page: Page): Promise<string[]> {
  source ??= await readFile(script, "utf8");
  if (!(await page.evaluate("'axe' in window"))) await page.evaluate(source);
  const { violations: found } = await page.evaluate<AxeResults>("axe.run()");
  return found.flatMap(({ id, nodes }) =>
    nodes.map((node) => `${id}: ${node.target.join(" ")}: ${node.failureSummary ?? ""}`),
  );
}
