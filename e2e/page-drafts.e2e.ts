import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startService } from "#core/documents/testing/draft-service.ts";
import type { TestService } from "#core/documents/testing/draft-service.ts";
import { violations } from "./testing/axe.ts";
import { noBrowser } from "./testing/browser.ts";
import { page, soon, studio, useStudioPage } from "./testing/studio-page.ts";

describe("drafts in the page", () => {
  let service: TestService;

  beforeAll(async () => {
    if (noBrowser !== undefined) return;
    service = await startService("openai", (call) => ({
      rows: [
        { question: `When does pool ${call} open?`, answer: "At six." },
        { question: `When does pool ${call} close?`, answer: "At seven." },
      ],
    }));
  });
  afterAll(() => service?.close());
  useStudioPage();

  it("go from a document over a shown request and a person's approval into the data", async () => {
    await fetch(`${studio.url}api/projects`, {
      method: "POST",
      body: JSON.stringify({ name: "Pool" }),
      headers: { "content-type": "application/json" },
    });
    await page.goto("/projects/pool/examples");
    await page.getByRole("button", { name: "From documents" }).click();
    const text = `# Pool\n\n${"The pool opens at six and closes at nine. ".repeat(12)}`;
    await page.locator('.drafts input[type="file"]').setInputFiles({
      name: "pool.md",
      mimeType: "text/markdown",
      buffer: Buffer.from(text),
    });
    await page.getByText("1 passage", { exact: true }).waitFor();

    await page.getByLabel("Service").selectOption("openai");
    await page.getByLabel("Model", { exact: true }).fill("m");
    await page.getByLabel("Address").fill(service.address);
    await page.getByLabel("Key").fill("secret-key");
    await page.getByRole("button", { name: "Show what would be sent" }).click();
    await page.getByText(`1 passage goes to ${service.address}`, { exact: false }).waitFor();
    expect(service.calls).toEqual([]);
    expect(await violations(page)).toEqual([]);
    await page.getByRole("button", { name: "Send it" }).click();

    await page.getByText("2 drafts for 57 tokens.").waitFor();
    expect(service.calls[0]?.headers.authorization).toBe("Bearer secret-key");
    await page.getByRole("heading", { name: "To read: 2. Approved: 0." }).waitFor();
    await page.getByLabel("Answer", { exact: true }).nth(1).fill("At nine.");
    await page.getByRole("button", { name: "Approve", exact: true }).nth(1).click();
    await page.getByRole("heading", { name: "To read: 1. Approved: 1." }).waitFor();
    expect(await violations(page)).toEqual([]);
    await page.getByRole("button", { name: "Reject" }).click();
    await page.getByRole("button", { name: "Put the approved ones into the data" }).click();
    await expect
      .poll(async () => (await studio.project("pool")).data.map(({ name }) => name), soon)
      .toEqual(["from-documents.jsonl"]);
    const rows = await fetch(`${studio.url}api/projects/pool/rows`);
    const { rows: trained } = (await rows.json()) as { rows: { messages: unknown[] }[] };
    expect(trained.map(({ messages }) => messages)).toEqual([
      [
        { role: "user", content: "When does pool 1 close?" },
        { role: "assistant", content: "At nine." },
      ],
    ]);
  });
});
