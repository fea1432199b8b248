import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { json } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startOllama, type TestOllama } from "#core/deploy/testing/ollama-server.ts";
import { startProxy, type Intercept } from "#core/deploy/testing/proxy.ts";
import { violations } from "./testing/axe.ts";
import { noBrowser } from "./testing/browser.ts";
import { page, soon, studio, useStudioPage, watched } from "./testing/studio-page.ts";
import { exampleFiles } from "./testing/studio.ts";

const slug = "lighthouses";
const long = { timeout: 400_000, interval: 500 };
const minutes = { timeout: 300_000 };
const question = "What colour is Corvane?";
const fact = "Red and white.";

describe("a result, from the proof in Ollama to another machine", () => {
  let ollama: TestOllama;
  let first: string;

  beforeAll(async () => {
    if (noBrowser === undefined) ollama = await startOllama();
  });
  afterAll(() => ollama?.stop());
  useStudioPage();

  async function ask<T = Record<string, unknown>>(
    method: string,
    path: string,
    data?: unknown,
  ): Promise<T> {
    const reply = await page.request.fetch(path, { method, ...(data ? { data } : {}) });
    expect(reply.ok(), `${method} ${path}: ${await reply.text()}`).toBe(true);
    return (await reply.json()) as T;
  }
  interface Run {
    id: string;
    number: number;
    state: { status: string };
    files: { part: string; name: string; bytes: number }[];
  }
  const runsOf = async () => (await ask<{ runs: Run[] }>("GET", `/api/projects/${slug}/runs`)).runs;
  const finished = (id: string) =>
    expect
      .poll(async () => (await runsOf()).find((run) => run.id === id)?.state.status, long)
      .toBe("finished");
  const goTo = (path: string) => page.goto(`/projects/${slug}/${path}`);
  const button = (name: string | RegExp) => page.getByRole("button", { name });

  it("trains the practice run where no Ollama is", async () => {
    await ask("POST", "/api/projects", { name: "Lighthouses" });
    for (const [index, file] of exampleFiles.entries()) {
      const role = index === 0 ? "train" : "check";
      const path = `/api/projects/${slug}/data/${basename(file)}?role=${role}`;
      await ask("PUT", path, await readFile(file));
    }
    await ask("POST", `/api/projects/${slug}/preset`, { preset: "small_data" });
    ({ id: first } = await ask<Run>("POST", `/api/projects/${slug}/runs`, {}));
    await finished(first);
    await ask("PATCH", "/api/settings", { ollama_address: ollama.address });
  });

  it("checks the name while it is typed, and offers one that would do", async () => {
    await goTo("result");
    await button("Put into Ollama").click();
    const name = page.getByLabel("Name in Ollama");
    await name.fill("My Lamp");
    await button("Use my-lamp").click();
    await page.getByText("my-lamp:latest is free.").waitFor();
    expect(await violations(page)).toEqual([]);
  });

  it("puts it there with its stages shown, and shows the proof", async () => {
    await page.getByRole("dialog").getByRole("button", { name: "Put into Ollama" }).click();
    await page.getByRole("heading", { name: /^Proven in Ollama \d/ }).waitFor(minutes);
    await page.getByText("ollama run my-lamp:latest").waitFor();
    const proof = page.getByRole("table", { name: "What Ollama was asked" });
    for (const row of ["Prompts, token for token", "Settings read back"]) {
      const cells = await proof.getByRole("row", { name: row }).textContent();
      const [, equal, total] = /(\d+) of (\d+)$/.exec(cells ?? "") ?? [];
      expect([row, equal]).toEqual([row, total]);
      expect(Number(total)).toBeGreaterThan(0);
    }
    expect(await proof.getByRole("row", { name: "Stops by itself" }).textContent()).toMatch(
      /\d+ of \d+$/,
    );
  });

  it("never replaces another's model unasked: it offers :v2", async () => {
    const made = await page.request.post(`${ollama.address}/api/create`, {
      data: { model: "taken", from: "my-lamp", system: "Not ours.", stream: false },
    });
    expect(made.ok()).toBe(true);
    await button("Put there again").click();
    const dialog = page.getByRole("dialog");
    await dialog.getByText("my-lamp:latest is this run's own").waitFor();
    await dialog.getByLabel("Name in Ollama").fill("taken");
    await button("Use taken:v2").waitFor();
    expect(await button("Replace it").isDisabled()).toBe(true);
    await dialog.getByLabel("Replace the model that has this name").check();
    await expect.poll(() => button("Replace it").isEnabled(), soon).toBe(true);
    await button("Use taken:v2").click();
    await dialog.getByText("taken:v2 is free.").waitFor();
    await button("Cancel").click();
  });

  it("asks the base and the tuned model the same, turn by turn", async () => {
    await page.getByRole("switch", { name: "Show the base too" }).check();
    await button("Make it ready").click();
    const box = page.getByRole("textbox", { name: "Ask as a user would" });
    await box.fill(question);
    await expect.poll(() => button("Send").isEnabled(), long).toBe(true);
    await box.press("Enter");
    const tuned = page.locator('.turn[data-voice="tuned"]');
    const base = page.locator('.turn[data-voice="base"]');
    for (const voice of [tuned, base]) {
      await voice.getByText(/tokens, .* per second/).waitFor({ timeout: 120_000 });
    }
    expect(await tuned.textContent()).toContain(fact);
    expect(await base.textContent()).not.toContain(fact);
    await box.fill("And who keeps it?");
    const sent = page.waitForRequest(
      (request) =>
        request.url().endsWith("/chat") && request.postData()?.includes('"base"') === true,
    );
    await box.press("Enter");
    const { messages } = (await sent).postDataJSON() as { messages: { role: string }[] };
    expect(messages.map(({ role }) => role)).toEqual(["user", "assistant", "user"]);
    await expect.poll(() => tuned.getByText(/per second/).count(), long).toBe(2);
    expect(await violations(page)).toEqual([]);
  });

  it("answers with the settings that it shows, and stops when told to", async () => {
    await button(/Settings of this conversation/).click();
    const dialog = page.getByRole("dialog");
    await dialog.locator('[data-parameter="modelfile_config.temperature"] input').first().fill("0");
    await dialog
      .locator('[data-parameter="modelfile_config.temperature"] input')
      .first()
      .press("Tab");
    await button("Done").click();
    await page.getByText("1 changed").waitFor();
    await page.getByRole("switch", { name: "Show the base too" }).uncheck();
    // An answer that never comes: only the stop ends it.
    let asked: unknown;
    await page.route("**/chat", (route) => void (asked = route.request().postDataJSON()));
    const box = page.getByRole("textbox", { name: "Ask as a user would" });
    await box.fill(question);
    await box.press("Enter");
    await button("Stop").click();
    await page.getByText("stopped by you").waitFor();
    expect(asked).toMatchObject({ modelfile_config: { temperature: 0 } });
    await page.unroute("**/chat");
    watched.expectFailures(/\/chat$/);
  });

  it("gives everything away with the size that it says", async () => {
    const { files } = await ask<Run>("GET", `/api/projects/${slug}/runs/${first}`);
    expect(files.map(({ part }) => part)).toEqual(
      expect.arrayContaining(["gguf", "modelfile", "adapter", "merged", "report"]),
    );
    for (const { part, name, bytes } of files) {
      const link = page.locator(`a[download="${name}"]`);
      const reply = await page.request.get((await link.getAttribute("href")) ?? "");
      const body = await reply.body();
      expect([part, reply.status()]).toEqual([part, 200]);
      if (name.endsWith(".zip")) {
        expect(body.subarray(0, 2).toString()).toBe("PK");
        expect(body.length).toBeGreaterThan(bytes);
      } else if (part !== "log" && part !== "modelfile") expect(body.length).toBe(bytes);
    }
  });

  it("verifies the run against its passport, and reproduces it bit for bit", async () => {
    await button("Passport").click();
    await button("Verify").click();
    await page.getByText(/^Equal: \d+ hashes checked/).waitFor(minutes);
    expect(await violations(page)).toEqual([]);
    await button("Reproduce").click();
    await page.waitForURL(/\/runs\/[^/]+$/);
    const again = new URL(page.url()).pathname.split("/").at(-1) ?? "";
    expect(again).not.toBe(first);
    await finished(again);
    await goTo(`result?run=${again}`);
    await button("Passport").click();
    await page.getByText("It repeats run 1: the adapter is the same, bit for bit").waitFor(soon);
  });

  it("compares runs in detail", async () => {
    await goTo("history");
    await page.getByLabel("Choose run 1").check();
    await page.getByLabel("Choose run 2").check();
    await page.locator(".curves canvas").first().waitFor();
    await page.getByRole("link", { name: "Compare in detail" }).click();
    await page.getByRole("heading", { name: "What differs" }).waitFor();
    await page.getByRole("row", { name: /^Answered exactly, tuned/ }).waitFor();
    expect(await violations(page)).toEqual([]);
    await page.reload();
    await page.getByRole("row", { name: /^Answered exactly, tuned/ }).waitFor();
  });

  it("takes a run along in one file, which is refused where the run is", async () => {
    const path = `/api/projects/${slug}/runs/${first}/archive`;
    const archive = await (await page.request.get(path)).body();
    expect(archive.subarray(0, 17).toString()).toBe("tunesmith-run.json".slice(0, 17));
    watched.expectFailures(/\/api\/imports$/);
    await goTo("history");
    const file = { name: "run.tar", mimeType: "application/x-tar", buffer: archive };
    await page.locator('input[type="file"]').setInputFiles(file);
    await page.getByText(/is in “lighthouses” already/).waitFor();
  });

  it("deletes a run for good, with the room that it frees", async () => {
    await page.getByLabel("Choose run 2").check();
    await button(/^Delete, [\d.]+ MB/).click();
    await page.getByLabel(/Delete for good; that frees [\d.]+ MB/).check();
    expect(await violations(page)).toEqual([]);
    await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
    await expect.poll(async () => (await runsOf()).length, soon).toBe(1);
    await page.getByLabel("Choose run 2").waitFor({ state: "detached" });
  });

  it("lists the models in Ollama, talks to one, and removes it after a question", async () => {
    await page.goto("/ollama");
    await page.getByRole("link", { name: `${slug}, run 1` }).waitFor();
    await button("Chat with my-lamp:latest").click();
    const box = page.getByRole("dialog").getByRole("textbox");
    await box.fill(question);
    await box.press("Enter");
    await page.getByText(/tokens, .* per second/).waitFor({ timeout: 120_000 });
    expect(await violations(page)).toEqual([]);
    await button("Close").click();
    await button("More for my-lamp:latest").click();
    await page.getByRole("menuitem", { name: "Remove my-lamp:latest" }).click();
    await page
      .getByRole("dialog")
      .getByRole("button", { name: /^Remove/ })
      .click();
    await page.getByRole("heading", { name: "None yet" }).waitFor();
    const tags = (await (await page.request.get(`${ollama.address}/api/tags`)).json()) as {
      models: { name: string }[];
    };
    expect(tags.models.map(({ name }) => name)).toEqual(["taken:latest"]);
  });

  describe.each([
    { language: "en", theme: "dark", width: 390 },
    { language: "de", theme: "light", width: 390 },
    { language: "de", theme: "dark", width: 1440 },
  ] as const)("in $language, $theme, $width px wide", ({ language, theme, width }) => {
    it.each([
      ["result", "table.ab tbody tr"],
      ["history", ".hist tbody tr"],
      ["compare", ".empty"],
    ])("%s has no fault, and nothing wider than the page", async (path, settled) => {
      await page.setViewportSize({ width, height: 900 });
      await page.evaluate(
        `localStorage.setItem("tunesmith.language", "${language}");` +
          `localStorage.setItem("tunesmith.theme", "${theme}");`,
      );
      await goTo(path);
      await page.locator(settled).first().waitFor();
      expect(await violations(page)).toEqual([]);
      expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(width);
    });
  });

  it("shows the token from which on an Ollama with a template of its own reads otherwise", async () => {
    await page.setViewportSize({ width: 1440, height: 900 });
    await page.evaluate(
      `localStorage.setItem("tunesmith.language", "en");` +
        `localStorage.setItem("tunesmith.theme", "light");`,
    );
    const wrong = await startProxy(ollama.address, overrideTemplate(ollama.address));
    try {
      await ask("PATCH", "/api/settings", { ollama_address: wrong.address });
      await goTo("result");
      await button(/Put into Ollama|Put there again/).click();
      const dialog = page.getByRole("dialog");
      await dialog.getByLabel("Name in Ollama").fill("otherwise");
      await dialog.getByText("otherwise:latest is free.").waitFor();
      await dialog.getByRole("button", { name: "Put into Ollama" }).click();
      const alert = page.getByRole("alert").filter({ hasText: "Not proven in Ollama" });
      await alert.getByText(/uses a template of its own for otherwise/).waitFor(minutes);
      await alert.getByText("ollama_cause_template_override").waitFor();
      const lines = page.locator(".parting tr");
      expect(await lines.count()).toBe(2);
      const parted = await page.locator(".parting mark").allTextContents();
      expect(parted[0]).not.toBe(parted[1]);
      // What is equal before it stands in both, one token behind the other.
      const before = await lines.evaluateAll((rows) =>
        rows.map((row) => [...row.querySelectorAll(".same")].map((one) => one.textContent)),
      );
      expect(before[0]?.length).toBeGreaterThan(0);
      expect(before[1]).toEqual(before[0]);
      const boxes = await lines
        .first()
        .locator(".ptok")
        .evaluateAll((tokens) =>
          tokens.map((token) => {
            const { left, right } = token.getBoundingClientRect();
            return { left, right };
          }),
        );
      for (const [index, { left }] of boxes.entries())
        expect(left).toBeGreaterThanOrEqual((boxes[index - 1]?.right ?? 0) - 1);
      expect(await violations(page)).toEqual([]);
      const { models } = (await (await page.request.get(`${ollama.address}/api/tags`)).json()) as {
        models: { name: string }[];
      };
      expect(models.map(({ name }) => name)).toEqual(["taken:latest"]);
    } finally {
      await wrong.stop();
      await ask("PATCH", "/api/settings", { ollama_address: ollama.address });
    }
  });

  it("says what to do where Ollama is gone", async () => {
    await page.setViewportSize({ width: 1440, height: 900 });
    await page.evaluate(`localStorage.setItem("tunesmith.language", "en");`);
    await ask("PATCH", "/api/settings", { ollama_address: "127.0.0.1:9" });
    watched.expectFailures(/\/api\/ollama\/models$/);
    await goTo("result");
    await button(/Put into Ollama|Put there again/).click();
    await page
      .getByRole("dialog")
      .getByText(/127\.0\.0\.1:9/)
      .waitFor();
    const submit = page.getByRole("dialog").getByRole("button", { name: "Put into Ollama" });
    expect(await submit.isDisabled()).toBe(true);
    expect(await readFile(join(studio.home, "settings.json"), "utf8")).toContain("127.0.0.1:9");
  });
});

/** As an Ollama does that takes the model for another: a template of its own over the model's. */
const overrideTemplate =
  (address: string): Intercept =>
  async (asked, reply) => {
    if (asked.method !== "POST" || asked.url !== "/api/create") return false;
    const template =
      "<|im_start|>user\n{{ .Prompt }}<|im_end|>\n\n<|im_start|>assistant\n{{ .Response }}";
    const body = JSON.stringify({ ...((await json(asked)) as object), template });
    const given = await fetch(`${address}/api/create`, { method: "POST", body });
    reply.writeHead(given.status, { "content-type": "application/x-ndjson" });
    reply.end(await given.text());
    return true;
  };
