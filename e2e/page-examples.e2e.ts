import { execFile } from "node:child_process";
import { mkdir, readFile, readdir, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { violations } from "./testing/axe.ts";
import { openPage } from "./testing/browser.ts";
import { browser, page, soon, studio, useStudioPage, watched } from "./testing/studio-page.ts";

const system = "You keep lighthouses. 🗼";

/** Rows in which tokens are hard to tell apart, several turns among them. */
const hardRows = [
  { prompt: "What colour is Corvane?", completion: "Red and white." },
  {
    prompt: "Wie heißt der Wärter? 雪の灯台 👩‍🚀",
    completion: "Ysolde Märr, кажется. 🕯️\n\tSince 1794.",
  },
  {
    messages: [
      { role: "system", content: "Kurz, bitte." },
      { role: "user", content: "How tall?" },
      { role: "assistant", content: "43 metres." },
      { role: "user", content: "And in feet?" },
      { role: "assistant", content: "141." },
    ],
  },
  { instruction: "Count.", input: "1  2   3", output: "Three" },
];

/** What the trainer makes of a frozen run's rows, by the code that feeds it. */
const feed = `
import json, sys
from pathlib import Path
from tunesmith_trainer.prepare_rows import frozen_rows, run_template, stop_tokens_of
from tunesmith_trainer.batches import collate
from tunesmith_trainer.spec import load_spec
folder = Path(sys.argv[1])
spec = load_spec(folder)
train, check = frozen_rows(folder, spec)
tokenizer, template = run_template(spec, train)
tokenize, _ = stop_tokens_of(spec, tokenizer, template)
rows = [tokenize(row).row for row in train]
for row in rows:
    batch = collate([[row]], 0)
    print(json.dumps({"id": row.id, "ids": batch.input_ids[0].tolist(), "labels": batch.labels[0].tolist()}))
`;

describe("examples in the page", () => {
  useStudioPage();

  const ask = async (method: string, path: string, body?: unknown): Promise<Response> => {
    const reply = await fetch(`${studio.url}api/projects${path}`, {
      method,
      ...(body === undefined
        ? {}
        : { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
    });
    expect(reply.ok, `${method} ${path}: ${reply.status}`).toBe(true);
    return reply;
  };
  const newProject = (name: string) => ask("POST", "", { name });
  const put = (project: string, file: string, rows: readonly (object | string)[]) => {
    const text = rows.map((row) => (typeof row === "string" ? row : JSON.stringify(row)));
    return fetch(`${studio.url}api/projects/${project}/data/${file}?existing=replace`, {
      method: "PUT",
      body: `${text.join("\n")}\n`,
    });
  };
  const open = (project: string, search = "") =>
    page.goto(`/projects/${project}/examples${search}`);
  const grid = (name = "Rows") => page.getByRole("grid", { name });
  const cells = (row: number) =>
    grid().locator(`[role="row"][aria-rowindex="${row + 1}"] [role="gridcell"]`);
  const typedFile = async (project: string) => {
    const { data } = await studio.project(project);
    if (!data.some(({ name }) => name === "typed.jsonl")) return [];
    const text = await readFile(
      join(studio.home, "projects", project, "data", "typed.jsonl"),
      "utf8",
    );
    return text
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Record<string, string>);
  };

  describe("a file", () => {
    it("is removed at once, and comes back by its undo with role and content", async () => {
      await newProject("Removal");
      const bytes = '{"prompt": "A?", "completion": "Yes."}\n';
      await put("removal", "a.jsonl", [bytes.trim()]);
      await put("removal", "b.jsonl", [{ prompt: "B?", completion: "No." }]);
      await ask("PATCH", "/removal/data/a.jsonl", { role: "check" });
      const { data: before } = await studio.project("removal");
      await open("removal");
      const path = join(studio.home, "projects", "removal", "data", "a.jsonl");
      await page.getByRole("button", { name: "Remove a.jsonl" }).click();
      await expect.poll(() => page.locator(".filecell").count(), soon).toBe(1);
      await expect(readFile(path)).rejects.toThrow("ENOENT");
      await page.getByText("a.jsonl removed").waitFor();
      await page.getByRole("button", { name: "Undo" }).click();
      await expect.poll(() => page.locator(".filecell").count(), soon).toBe(2);
      const { data: after } = await studio.project("removal");
      expect(after.toSorted((a, b) => a.name.localeCompare(b.name))).toEqual(before);
      expect(await readFile(path, "utf8")).toBe(bytes);
      await page.getByText("1 + 1 + 0 = 2").waitFor();
    });
  });

  describe("tokens", () => {
    it("are counted for every row against the most that fits, and too long ones are marked", async () => {
      await newProject("Tokens");
      const long = { prompt: "Tell me all.", completion: "word ".repeat(400) };
      await put("tokens", "a.jsonl", [...hardRows, long]);
      await ask("PATCH", "/tokens", {
        modelfile_config: { system },
        training_config: { max_length: 256 },
      });
      await open("tokens");
      await page.getByText(/the longest row has \d+, 256 are allowed/).waitFor();
      await expect.poll(() => cells(5).last().textContent(), soon).toBe("too long");
      expect(await cells(1).last().textContent()).toBe("training");
      for (let row = 1; row <= 5; row++) {
        expect(Number((await cells(row).nth(3).textContent()) ?? "")).toBeGreaterThan(0);
      }
      await page.getByRole("tab", { name: /^Left out/ }).click();
      await grid("Left out").getByText("too long", { exact: true }).waitFor();
      await page.getByText("4 + 0 + 1 = 5").waitFor();
      // However long a file's name is, the line stays to be read.
      await page.locator(".c-file").first().waitFor();
      const whole = await page.evaluate(`(() => {
        const file = document.querySelector(".c-file");
        const where = file.parentElement;
        file.textContent = "long ".repeat(40);
        return where.scrollWidth <= where.clientWidth;
      })()`);
      expect(whole).toBe(true);
    });

    it.each(["answers", "everything"])(
      "show exactly what the trainer feeds where it learns from %s",
      async (trainOn) => {
        await ask("PATCH", "/tokens", { training_config: { train_on: trainOn } });
        const fed = await fedRows(studio.home, "tokens", ask);
        expect(fed.map(({ id }) => id)).toEqual([1, 2, 3, 4].map((line) => `a.jsonl:${line}`));
        for (const [index, { ids, labels }] of fed.entries()) {
          await open("tokens", `?row=${index + 1}`);
          const tokens = page.locator(".tokens .t");
          await expect.poll(() => tokens.count(), soon).toBe(ids.length);
          const shown = await tokens.evaluateAll((list) =>
            list.map((token) => ({
              id: Number(token.getAttribute("data-token")),
              learned: token.classList.contains("L"),
              marked: token.closest("mark") !== null,
            })),
          );
          expect(shown.map(({ id }) => id)).toEqual(ids);
          expect(shown.map(({ learned }) => learned)).toEqual(
            labels.map((label) => label !== -100),
          );
          expect(shown.every(({ learned, marked }) => learned === marked)).toBe(true);
          // Blanks and the rest of a character's tokens have signs of their own.
          const signs = (await page.locator(".tokens").textContent()) ?? "";
          const text = signs.replaceAll(/[·↵⇥]/g, "").replaceAll("␣", " ");
          expect(text.includes(system)).toBe(index !== 2);
          if (index === 1) expect(text).toContain("Wie heißt der Wärter? 雪の灯台 👩‍🚀");
        }
        // Marked by shade and by line, not by colour alone.
        const styles = await page.evaluate(
          "getComputedStyle(document.querySelector('.tokens .L')).borderBlockEnd",
        );
        expect(styles).toMatch(/^2px solid/);
      },
    );

    it("say what is missing where there is no model", async () => {
      await newProject("Homeless");
      await put("homeless", "a.jsonl", hardRows);
      const gone = join(studio.home, "gone");
      await mkdir(gone);
      await ask("PATCH", "/homeless", { model: gone });
      await open("homeless");
      await page.getByText("Tokens cannot be counted yet").waitFor();
      await expect.poll(() => cells(1).nth(1).textContent(), soon).toBe("What colour is Corvane?");
      await page.getByRole("link", { name: "To the model" }).click();
      await page.waitForURL("**/homeless/model");
    });
  });

  describe("typing", () => {
    it("makes rows by the keyboard alone, and keeps them", async () => {
      await newProject("Typed");
      await open("typed");
      await page.getByText("No examples yet").waitFor();
      await page.getByRole("button", { name: "Type rows" }).first().press("Enter");
      const first = page.getByRole("textbox", { name: "Question, row 1", exact: true });
      await first.focus();
      for (let row = 1; row <= 3; row++) {
        await page.keyboard.type(`Question ${row}?`);
        await page.keyboard.press("Tab");
        await page.keyboard.type(`Answer ${row}`);
        if (row === 2) {
          await page.keyboard.press("Shift+Enter");
          await page.keyboard.type("in two lines");
        }
        // To the row below, and back to its question.
        await page.keyboard.press("Enter");
        await page.keyboard.press("Shift+Tab");
      }
      await expect
        .poll(() => typedFile("typed"), soon)
        .toEqual([
          { prompt: "Question 1?", completion: "Answer 1" },
          { prompt: "Question 2?", completion: "Answer 2\nin two lines" },
          { prompt: "Question 3?", completion: "Answer 3" },
        ]);
      await page.getByText(/Saved \d/).waitFor();
      await page.keyboard.press("ArrowUp");
      const focused = () => page.evaluate("document.activeElement.getAttribute('aria-label')");
      expect(await focused()).toBe("Question, row 3");
    });

    it("takes rows from a spreadsheet, without its headings", async () => {
      await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
      const rows = Array.from({ length: 17 }, (_, n) => `Q${n + 4}\t"A ""${n + 4}"""`);
      const text = ["Question\tAnswer", ...rows, ""].join("\n");
      await page.getByRole("textbox", { name: "Question, row 4", exact: true }).focus();
      await page.evaluate(`navigator.clipboard.writeText(${JSON.stringify(text)})`);
      await page.keyboard.press("Control+v");
      await expect.poll(async () => (await typedFile("typed")).length, soon).toBe(20);
      expect((await typedFile("typed")).at(-1)).toEqual({ prompt: "Q20", completion: 'A "20"' });
      await page.getByText("Enough to begin.").waitFor();
    });

    it("undoes and does again, row by row", async () => {
      await page.getByRole("button", { name: "Delete row 2", exact: true }).click();
      await expect.poll(async () => (await typedFile("typed")).length, soon).toBe(19);
      await page.keyboard.press("Control+z");
      await expect.poll(async () => (await typedFile("typed")).length, soon).toBe(20);
      await page.keyboard.press("Control+Shift+z");
      await expect.poll(async () => (await typedFile("typed")).length, soon).toBe(19);
      await page.getByRole("button", { name: "Undo" }).click();
      await expect.poll(async () => (await typedFile("typed")).length, soon).toBe(20);
    });

    it("shows them again after a reload, and overwrites nothing that changed elsewhere", async () => {
      await page.reload();
      const first = page.getByRole("textbox", { name: "Question, row 1", exact: true });
      await expect.poll(() => first.inputValue(), soon).toBe("Question 1?");
      await put("typed", "typed.jsonl", [{ prompt: "Theirs?", completion: "Yes." }]);
      watched.expectFailures(/typed\.jsonl/);
      await first.fill("Mine?");
      await page.getByText(/^Not saved: typed\.jsonl was changed elsewhere/).waitFor();
      expect(await typedFile("typed")).toEqual([{ prompt: "Theirs?", completion: "Yes." }]);
      await page.getByRole("button", { name: "Load again" }).click();
      await expect.poll(() => first.inputValue(), soon).toBe("Theirs?");
    });

    it("leads to training", async () => {
      const rows = Array.from({ length: 20 }, (_, n) => ({
        prompt: `Q${n}?`,
        completion: `A${n}`,
      }));
      await put("typed", "typed.jsonl", rows);
      const plan = await (await ask("POST", "/typed/plan", {})).json();
      expect(plan).toMatchObject({ ledger: { rows: 20, left_out: 0 } });
    });
  });

  describe("files", () => {
    it("change from training to the check set and back", async () => {
      await newProject("Roles");
      const rows = Array.from({ length: 30 }, (_, n) => ({
        prompt: `Q${n}?`,
        completion: `A${n}`,
      }));
      await put("roles", "a.jsonl", rows);
      await put("roles", "b.jsonl", [{ prompt: "Other?", completion: "Yes." }]);
      await open("roles");
      await page.getByText("The check set was set aside by chance").waitFor();
      const role = page.getByLabel("Use of b.jsonl");
      await role.selectOption("check");
      await page.getByText("The check set is what b.jsonl holds.").waitFor();
      await page.getByText("30 + 1 + 0 = 31").waitFor();
      await page.getByLabel("Which rows").selectOption("check");
      await expect.poll(() => grid().getByRole("row").count(), soon).toBe(2);
      await role.selectOption("train");
      await page.getByText("The check set was set aside by chance").waitFor();
    });

    it("come in every format of examples/formats, and all their rows are accounted for", async () => {
      const folder = resolve(import.meta.dirname, "../examples/formats");
      const files = (await readdir(folder)).filter((name) => name !== "README.md");
      await newProject("Formats");
      await open("formats");
      await page
        .locator('.drop input[type="file"]')
        .setInputFiles(files.map((name) => join(folder, name)));
      await expect
        .poll(async () => (await studio.project("formats")).data.length, soon)
        .toBe(files.length);
      const sum = page.getByText(/^\s*\d+ \+ \d+ \+ \d+ = 137\s*$/);
      await sum.first().waitFor();
      const numbers = (await sum.first().innerText()).match(/\d+/g)?.map(Number) ?? [];
      expect(numbers.slice(0, 3).reduce((all, part) => all + part, 0)).toBe(numbers[3]);
    });

    it("come in whole folders, and refusals stay with their reason", async () => {
      const folder = join(studio.home, "tmp", "dropped");
      await mkdir(join(folder, "one"), { recursive: true });
      await mkdir(join(folder, "two"), { recursive: true });
      const row = JSON.stringify({ prompt: "From a folder?", completion: "Yes." });
      await writeFile(join(folder, "one", "rows.jsonl"), `${row}\n`);
      await writeFile(join(folder, "two", "rows.jsonl"), `${row}\n${row}\n`);
      await writeFile(join(folder, "one", ".hidden"), "x");
      await newProject("Folder");
      await open("folder");
      const chosen = page.waitForEvent("filechooser");
      await page.getByRole("button", { name: "or a folder" }).press("Enter");
      await (await chosen).setFiles(folder);
      await expect
        .poll(
          async () => (await studio.project("folder")).data.map(({ name }) => name).sort(),
          soon,
        )
        .toEqual(["dropped-one-rows.jsonl", "dropped-two-rows.jsonl"]);
      watched.expectFailures(/empty\.jsonl/);
      await page.locator('input[type="file"]').setInputFiles({
        name: "empty.jsonl",
        mimeType: "",
        buffer: Buffer.alloc(0),
      });
      const refused = page.getByRole("alert").filter({ hasText: "empty.jsonl" });
      await refused.getByText("data_empty_file").waitFor();
      await refused.getByRole("button").click();
      await refused.waitFor({ state: "detached" });
    });

    it("stop uploading when told so, and nothing is left of them", async () => {
      await open("folder");
      const session = await page.context().newCDPSession(page);
      const slow = {
        offline: false,
        latency: 0,
        downloadThroughput: -1,
        uploadThroughput: 200_000,
      };
      await session.send("Network.emulateNetworkConditions", slow);
      watched.expectFailures(/slow\.jsonl/);
      const line = `${JSON.stringify({ prompt: "Slow?", completion: "x".repeat(1000) })}\n`;
      await page.locator('input[type="file"]').setInputFiles({
        name: "slow.jsonl",
        mimeType: "",
        buffer: Buffer.from(line.repeat(20_000)),
      });
      await page.getByText(/^[1-9][\d.]* [kM]B of 20/).waitFor();
      await page.getByRole("button", { name: "Cancel upload of slow.jsonl" }).click();
      await session.send("Network.emulateNetworkConditions", { ...slow, uploadThroughput: -1 });
      await page.getByText("Upload of slow.jsonl cancelled").waitFor();
      expect((await studio.project("folder")).data).toHaveLength(2);
      await expect
        .poll(async () => (await readdir(join(studio.home, "tmp"))).sort(), soon)
        .toEqual(["dropped"]);
    });

    it("that hold no rows are told as what they are, and can be taken out again", async () => {
      await newProject("Binary");
      await put("binary", "rows.jsonl", hardRows);
      await open("binary");
      await page.getByText("4 + 0 + 0 = 4").waitFor();
      watched.expectFailures(/\/projects\/binary\//);
      const bytes = Buffer.from(Array.from({ length: 5000 }, (_, n) => (n * 7919) % 256));
      await page.locator('input[type="file"]').setInputFiles({
        name: "model.jsonl",
        mimeType: "",
        buffer: bytes,
      });
      const cell = page.locator(".filecell").filter({ hasText: "model.jsonl" });
      await cell.getByText("model.jsonl holds neither text nor any form of rows").waitFor();
      await page.getByRole("alert").getByText("data_not_text").first().waitFor();
      await cell.getByRole("button", { name: "Remove model.jsonl" }).click();
      await page.getByText("4 + 0 + 0 = 4").waitFor();
    });

    it("are read as found, or as a person says", async () => {
      await newProject("Tables");
      await open("tables");
      await page.locator('input[type="file"]').setInputFiles({
        name: "faq.csv",
        mimeType: "",
        buffer: Buffer.from(
          "Thema;Inhalt\nWo ist die Tür, bitte?;Hinten, am Café.\nWas kostet der Kaffee?;Drei Euro fünfzig.\n",
          "latin1",
        ),
      });
      const cell = page.locator(".filecell").filter({ hasText: "faq.csv" });
      await cell.getByText("question and answer, WINDOWS-1252").waitFor();
      await expect.poll(() => cells(1).nth(1).textContent(), soon).toBe("Wo ist die Tür, bitte?");
      await cell.getByRole("button", { name: "Change reading" }).press("Enter");
      const dialog = page.getByRole("dialog", { name: "How faq.csv is read" });
      await dialog.getByRole("listitem").nth(1).waitFor();
      expect(await violations(page)).toEqual([]);
      await dialog.getByLabel("Question", { exact: true }).selectOption("Inhalt");
      await dialog.getByLabel("Answer", { exact: true }).selectOption("Thema");
      await dialog.getByRole("button", { name: "Read it so" }).click();
      await expect.poll(() => cells(1).nth(1).textContent(), soon).toBe("Hinten, am Café.");
      await cell.getByText("as you said").waitFor();
      await cell.getByRole("button", { name: "Change reading" }).click();
      await dialog.getByRole("button", { name: "Read as found" }).click();
      await expect.poll(() => cells(1).nth(1).textContent(), soon).toBe("Wo ist die Tür, bitte?");
    });
  });

  describe("findings", () => {
    const faulty = [
      ...Array.from({ length: 12 }, (_, n) => ({
        prompt: `What is the name of lighthouse number ${n}?`,
        completion: `It is called ${["Corvane", "Tessal", "Marrow", "Ilde"][n % 4]} the ${n}th, by the sea.`,
      })),
      { prompt: "What is snow?", completion: "TODO" },
      { prompt: "What is rain?", completion: "Water that falls. <|im_end|>" },
    ];
    const found = (code: string) => page.locator(`[data-finding="${code}"]`);

    it("are looked for by themselves, each with its rows", async () => {
      await newProject("Faulty");
      await put("faulty", "a.jsonl", faulty);
      await open("faulty", "?tab=findings");
      await found("special_token").getByText("<|im_end|>").first().waitFor();
      await found("placeholder_answer").locator("summary").click();
      await found("placeholder_answer").getByText("a.jsonl:13").waitFor();
      expect(await violations(page)).toEqual([]);
    });

    it("are fixed in a new version that was seen before, and taken back", async () => {
      const version = async () => (await studio.project("faulty")).data[0]?.version ?? 0;
      await found("special_token")
        .getByRole("button", { name: "Remove the control tokens" })
        .click();
      const dialog = page.getByRole("dialog", { name: "Remove the control tokens" });
      await dialog.getByText("Rows changed: 1. Left out: 0.").waitFor();
      await dialog.getByText("Question: What is rain?").first().waitFor();
      expect(await violations(page)).toEqual([]);
      expect(await version()).toBe(0);
      await dialog.getByRole("button", { name: "Do it" }).click();
      await expect.poll(version, soon).toBe(1);
      await found("special_token").waitFor({ state: "detached" });
      await page.getByRole("button", { name: "Undo" }).click();
      await expect.poll(version, soon).toBe(0);
      await found("special_token").waitFor();
    });

    it("keep every version, compared and used again", async () => {
      await page.getByRole("tab", { name: "Versions" }).click();
      const file = page.getByRole("region", { name: "a.jsonl" });
      await file.getByText("counts now").waitFor();
      await file.getByText("Remove the control tokens: control tokens").waitFor();
      await file.getByRole("button", { name: "Compare version 1" }).click();
      const dialog = page.getByRole("dialog", { name: /^a\.jsonl: version 1/ });
      await dialog.getByText("a.jsonl:14").waitFor();
      expect(await violations(page)).toEqual([]);
      await page.keyboard.press("Escape");
      await file.getByRole("button", { name: "Use version 1" }).click();
      await expect
        .poll(async () => (await studio.project("faulty")).data[0]?.version, soon)
        .toBe(1);
      await page.getByRole("tab", { name: /^Rows/ }).click();
      await page.getByRole("searchbox").fill("What is rain?");
      await expect.poll(() => cells(1).nth(2).textContent(), soon).toBe("Water that falls.");
    });
  });

  describe("100,000 rows", () => {
    const many = 100_000;

    it("are read, and the last one is seen at once", async () => {
      await newProject("Many");
      const rows = Array.from({ length: many }, (_, n) =>
        n % 1000 === 999
          ? '{"broken'
          : { prompt: `Question ${n + 1}?`, completion: `Answer ${n + 1}.` },
      );
      await put("many", "many.jsonl", rows);
      await open("many");
      await page.getByRole("tab", { name: "Rows 100,000" }).waitFor({ timeout: 60_000 });
      await grid().focus();
      await page.keyboard.press("End");
      await expect.poll(() => cells(many).first().textContent(), soon).toBe("100000");
      expect(
        await cells(many - 1)
          .nth(1)
          .textContent(),
      ).toBe("Question 99999?");
      await expect.poll(() => new URL(page.url()).searchParams.get("row"), soon).toBe("100000");
      await page.keyboard.press("ArrowUp");
      await expect
        .poll(() => page.locator(".tokens").textContent(), soon)
        .toMatch(/Question.99999\?/);
      expect(await grid().getByRole("row").count()).toBeLessThan(80);
    });

    it("are filtered by use, by reason and by text", async () => {
      await page.getByRole("searchbox").fill("question 77777?");
      await expect.poll(() => grid().getByRole("row").count(), soon).toBe(2);
      expect(await cells(1).first().textContent()).toBe("77777");
      await page.getByRole("searchbox").fill("no such text anywhere");
      await page.getByText("No row is like that.").waitFor();
      await page.getByRole("tab", { name: "Left out 100" }).click();
      await page.getByLabel("Which reason").selectOption("row_json");
      await expect.poll(() => grid("Left out").getAttribute("aria-rowcount"), soon).toBe("101");
    });

    it("come back as they were after a reload", async () => {
      await open("many", "?tab=out&row=5000");
      await page.getByRole("complementary").getByText("many.jsonl:5000").waitFor();
      await page.reload();
      await page.getByRole("complementary").getByText("many.jsonl:5000").waitFor();
      expect(
        await page.getByRole("tab", { name: "Left out 100" }).getAttribute("aria-selected"),
      ).toBe("true");
    });
  });

  describe.each([
    ["en", "light", 1440],
    ["de", "dark", 1440],
    ["de", "light", 390],
  ] as const)("in %s, %s, %i wide", (language, theme, width) => {
    it.each(["rows", "out", "typed"])("axe finds nothing in %s", async (tab) => {
      const other = await openPage(browser, studio.url, {
        locale: language,
        colorScheme: theme,
        viewport: { width, height: 900 },
      });
      try {
        await other.page.goto(`/projects/tokens/examples?tab=${tab}`);
        const there = tab === "typed" ? ".typed-cell" : ".vitem";
        await other.page.locator(there).first().waitFor();
        if (tab !== "typed") await other.page.locator(".tokens .t").first().waitFor();
        expect(await violations(other.page)).toEqual([]);
        const wider = await other.page.evaluate(
          "document.documentElement.scrollWidth > innerWidth",
        );
        expect(wider).toBe(false);
        expect(other.takeFaults()).toEqual([]);
      } finally {
        await other.page.context().close();
      }
    });
  });
});

/** The rows of a run that begins now, as the trainer feeds them, in tensors. */
async function fedRows(
  home: string,
  project: string,
  ask: (method: string, path: string, body?: unknown) => Promise<Response>,
): Promise<{ id: string; ids: number[]; labels: number[] }[]> {
  const { id } = (await (await ask("POST", `/${project}/runs`, {})).json()) as { id: string };
  try {
    const root = resolve(import.meta.dirname, "..");
    const { stdout } = await promisify(execFile)(
      process.env["TUNESMITH_PYTHON"] ?? "python3",
      ["-c", feed, join(home, "projects", project, "runs", id)],
      { env: { ...process.env, PYTHONPATH: join(root, "trainer") } },
    );
    return stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as { id: string; ids: number[]; labels: number[] });
  } finally {
    await ask("POST", `/${project}/runs/${id}/cancel`, {});
    await expect
      .poll(
        async () => {
          const { active_run: active } = (await (await ask("GET", `/${project}`)).json()) as {
            active_run: string | null;
          };
          return active;
        },
        { timeout: 120_000, interval: 200 },
      )
      .toBeNull();
  }
}
