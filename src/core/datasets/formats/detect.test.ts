import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Columns } from "#contract/data-format.ts";
import type { ErrorBody } from "#contract/errors.ts";
import { temporaryFolder } from "../../testing/temporary-workspace.ts";
import { scanFile } from "../scan.ts";
import type { ScannedRow } from "../scan.ts";
import { detectFormat } from "./detect.ts";
import { madeFiles, makePairs } from "./testing/make-files.ts";

const codes = (says: readonly ErrorBody[]): string[] => says.map(({ code }) => code);

async function scan(path: string, name: string): Promise<ScannedRow[]> {
  const rows: ScannedRow[] = [];
  for await (const batch of scanFile(path, { name })) rows.push(...batch);
  return rows;
}

describe.each([1, 2, 10, 43])("with %i rows", (count) => {
  test.each(madeFiles.map((file) => [file.name, file] as const))("%s", async (name, file) => {
    const path = join(await temporaryFolder(), name);
    const pairs = makePairs(count);
    await writeFile(path, await file.make(pairs));
    const { format } = await detectFormat(path, { name });
    expect(format).toMatchObject({
      container: file.container,
      form: file.form,
      compressed: name.endsWith(".gz"),
    });
    if (file.encoding) expect(format.encoding?.name).toBe(file.encoding);
    const guessed = /gbk|1252|without-mark/.test(name);
    expect(format.encoding?.guessed ?? false).toBe(guessed);
    expect(codes(format.evidence).includes("encoding_guessed")).toBe(guessed);
    for (const { message } of format.evidence) expect(message).not.toMatch(/[{]\w+[}]/);

    const rows = await scan(path, name);
    expect(rows.filter((row) => "reason" in row)).toEqual([]);
    expect(rows).toHaveLength(count);
    expect(new Set(rows.map(({ line }) => line)).size).toBe(count);
    const [first] = rows;
    const [pair] = pairs;
    if (!first || !pair || !("messages" in first)) throw new Error("there is no row");
    const text = first.text ?? first.messages.map(({ content }) => content).join("\n");
    if (file.encoding !== "gb18030") {
      expect(text).toContain(pair.question);
      expect(text).toContain(pair.answer);
    }
    if (file.encoding && file.encoding !== "gb18030")
      expect(text).toContain("heißt Jörg Müller, „der Große“ – für 5 €");
    if (file.encoding === "gb18030") expect(text).toContain("第1座灯塔是什么颜色的？");
  });
});

test("it is said which columns are not used, by names and by a mapping", async () => {
  const name = "more.jsonl";
  const path = join(await temporaryFolder(), name);
  await writeFile(path, '{"prompt": "What?", "completion": "This.", "mood": "fine", "id": 7}\n');
  const unusedWith = async (mapping?: { columns: Columns }) => {
    const { format } = await detectFormat(path, { name, ...(mapping && { mapping }) });
    return format.evidence.find(({ code }) => code === "columns_unused")?.params["columns"];
  };
  expect(await unusedWith()).toBe("mood, id");
  expect(await unusedWith({ columns: { question: "id", answer: "mood" } })).toBe(
    "prompt, completion",
  );
});

test.each([1, 2, 10, 43])(
  "a title above the columns is no example, with %i rows",
  async (count) => {
    const pairs = makePairs(count);
    const cell = (text: string): string => `"${text.replaceAll('"', '""')}"`;
    const rows = pairs.map(({ question, answer }) => `${cell(question)};${cell(answer)}`);
    const path = join(await temporaryFolder(), "export.csv");
    await writeFile(path, ["Export of October;", ";", "Frage;Antwort", ...rows, ""].join("\n"));
    const { format } = await detectFormat(path, { name: "export.csv" });
    expect(codes(format.evidence)).toContain("header_below");
    const read = await scan(path, "export.csv");
    expect(
      read.map((row) => ("messages" in row ? row.messages.at(-1)?.content : row.reason)),
    ).toEqual(pairs.map(({ answer }) => answer));
  },
);
