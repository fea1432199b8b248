import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { heldOutAnswers, heldOutPrompts } from "./held-out.ts";
import { isServedWhole, withoutOwnSystem } from "./served-messages.ts";
import { modelSettings } from "./settings.ts";

describe("what goes to Ollama", () => {
  test("every set parameter, and the template's own stops behind the user's", () => {
    const modelfile = { temperature: 0.7, seed: null, min_p: undefined, system: "S", stop: ["a"] };
    expect(modelSettings({ modelfile, stopTokens: ["<e>", "a"], takesSystem: true })).toEqual({
      parameters: { temperature: 0.7, stop: ["a", "<e>"] },
      system: "S",
    });
  });

  test("the template's stops alone where the user set none", () => {
    const settings = modelSettings({
      modelfile: { stop: [] },
      stopTokens: ["<e>"],
      takesSystem: true,
    });
    expect(settings).toEqual({ parameters: { stop: ["<e>"] }, system: "" });
  });

  test("no system prompt where the template takes none", () => {
    const modelfile = { system: "S", stop: [] };
    expect(modelSettings({ modelfile, stopTokens: [], takesSystem: false }).system).toBe("");
  });
});

describe("what is asked in a proof", () => {
  const system = { role: "system", content: "S" };
  const user = { role: "user", content: "U" };

  test("the model's own system prompt is left to Ollama", () => {
    expect(withoutOwnSystem([system, user], "S")).toEqual([user]);
    expect(withoutOwnSystem([system, user], "other")).toEqual([system, user]);
    expect(withoutOwnSystem([{ role: "system", content: "" }, user], "")).toHaveLength(2);
    expect(withoutOwnSystem([system, system, user], "S")).toHaveLength(3);
    expect(withoutOwnSystem([system], "S")).toEqual([system]);
    expect(withoutOwnSystem([user, system, user], "S")).toHaveLength(3);
  });

  test.each([
    [" ", false],
    ["<thi", false],
    ["\n<think>", false],
    ["", true],
    ["fine", true],
    ["<b>", true],
  ])("Qwen 3 keeps the earlier answer %j: %s", (content, whole) => {
    const messages = [user, { role: "assistant", content }, user];
    expect(isServedWhole(messages, "qwen3")).toBe(whole);
    expect(isServedWhole(messages, "qwen2")).toBe(true);
    expect(isServedWhole(messages.slice(0, 2), "qwen3")).toBe(true);
  });
});

describe("held-out rows", () => {
  let run: string;
  beforeEach(async () => {
    run = await mkdtemp(join(tmpdir(), "tunesmith-held-out-"));
    return () => rm(run, { recursive: true, force: true });
  });

  async function write(count: number, stops: (index: number) => boolean): Promise<void> {
    await mkdir(join(run, "data"));
    await mkdir(join(run, "evaluation"));
    const ids = Array.from({ length: count }, (_, index) => `row-${index}`);
    const line = (id: string): string =>
      `${JSON.stringify({
        id,
        messages: [
          { role: "user", content: `Q ${id}\u2028` },
          { role: "assistant", content: "first" },
          { role: "user", content: "more" },
          { role: "assistant", content: "held out" },
        ],
      })}\n`;
    await writeFile(join(run, "data", "check.jsonl"), ids.map(line).join(""));
    const rows = ids.map((id, index) => ({ id, answer: `A ${id}`, stops: stops(index), loss: 1 }));
    await writeFile(join(run, "evaluation", "gguf.json"), JSON.stringify({ rows }));
  }

  test("are cut before the answer, and spread over the file", async () => {
    await write(10, () => true);
    const prompts = await heldOutPrompts(run, 3);
    expect(prompts.map(({ id }) => id)).toEqual(["row-0", "row-3", "row-6"]);
    expect(prompts[0]?.messages.map(({ content }) => content)).toEqual([
      "Q row-0\u2028",
      "first",
      "more",
    ]);
    expect(await heldOutAnswers(run)).toMatchObject([
      { id: "row-0", text: "A row-0", stopped: true },
      { id: "row-3" },
      { id: "row-6" },
    ]);
  });

  test("answers that ended by themselves come first, if there are enough", async () => {
    await write(8, (index) => index >= 5);
    expect((await heldOutAnswers(run)).map(({ id }) => id)).toEqual(["row-5", "row-6", "row-7"]);
    expect(await heldOutAnswers(run, 4)).toHaveLength(4);
  });

  test("a run without check rows has none", async () => {
    expect(await heldOutPrompts(run, 3)).toEqual([]);
    expect(await heldOutAnswers(run)).toEqual([]);
  });

  test("a damaged file is named", async () => {
    await write(1, () => true);
    await writeFile(join(run, "data", "check.jsonl"), "{}\n");
    await expect(heldOutPrompts(run, 1)).rejects.toMatchObject({ code: "file_invalid" });
  });
});
