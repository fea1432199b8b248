import { Buffer } from "node:buffer";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import type { Readable } from "node:stream";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { ZipFile } from "yazl";
import type { LedgerEntry } from "#contract/dataset.ts";
import { temporaryFolder } from "../../testing/temporary-workspace.ts";
import { placeRows } from "../place-rows.ts";
import { detectFormat } from "./detect.ts";
import { csv, makePairs, parquet, workbook } from "./testing/make-files.ts";

/** The ledger of a file with these bytes, an entry per row. */
async function account(name: string, content: string | Buffer) {
  const path = join(await temporaryFolder(), name);
  await writeFile(path, content);
  const entries: LedgerEntry[] = [];
  const source = { name, path, role: "train" as const };
  const placement = await placeRows(
    [source],
    { seed: 1 },
    {
      row: () => {},
      entry: (entry) => void entries.push(entry),
    },
  );
  const { rows, train, check, leftOut } = placement.ledger;
  expect(train + check + leftOut).toBe(rows);
  expect(entries).toHaveLength(rows);
  return { rows, train, leftOut, entries };
}

const row = (answer: unknown = "Yes.") => ({ instruction: "Is it?", output: answer });
const talk = (...messages: unknown[]) => ({ messages });
const user = { role: "user", content: "Is it?" };
const yes = { role: "assistant", content: "Yes." };
const lines = (...rows: unknown[]) =>
  rows.map((one) => `${typeof one === "string" ? one : JSON.stringify(one)}\n`).join("");

/** A small archive with the parts of a workbook, one of which unpacks to more than is read. */
async function zipBomb(): Promise<Buffer> {
  const archive = new ZipFile();
  archive.addBuffer(Buffer.from("<workbook/>"), "xl/workbook.xml");
  archive.addBuffer(Buffer.alloc(201 << 20), "xl/worksheets/sheet1.xml");
  archive.end();
  const bytes = await buffer(archive.outputStream as Readable);
  expect(bytes.length).toBeLessThan(1 << 20);
  return bytes;
}

describe("one bad row among good ones is left out with its reason", () => {
  const deep = (depth: number) => `${"[".repeat(depth)}1${"]".repeat(depth)}`;
  const call = (fields: object) => talk(user, { role: "assistant", content: null, ...fields });
  test.each([
    ["nested 10,000 deep", `{"instruction":"Q","output":${deep(10_000)}}`, "row_field_type"],
    [
      "arguments nested deep",
      call({ tool_calls: [{ function: { name: "f", arguments: `{"a":${deep(5000)}}` } }] }),
      "row_tool_call",
    ],
    ["a lone surrogate", '{"instruction":"Q","output":"\\udc00"}', "row_surrogate"],
    ["a NUL byte in the text of JSON", '{"instruction":"Q","output":"\u0000"}', "row_json"],
    ["a number as answer", row(42), "row_field_type"],
    ["a null role", talk({ role: null, content: "x" }, yes), "row_role"],
    ["an unknown role", talk({ role: "narrator", content: "x" }, yes), "row_role"],
    ["a role of every object", talk({ role: "constructor", content: "x" }, yes), "row_role"],
    ["an empty conversation", talk(), "row_no_question"],
    [
      "another form without an answer",
      { conversations: [{ from: "human", value: "Q" }] },
      "row_no_answer",
    ],
    [
      "a picture in a message",
      talk({ role: "user", content: [{ type: "image_url", image_url: {} }] }, yes),
      "row_part",
    ],
    ["an answer of weight 0", talk(user, { ...yes, weight: 0 }), "row_weight"],
    ["a call without a function", call({ tool_calls: [{ id: "1" }] }), "row_tool_call"],
    [
      "a call with broken arguments",
      call({ function_call: { name: "f", arguments: "{" } }),
      "row_tool_call",
    ],
    ["tools that are none", { ...talk(user, yes), tools: [3] }, "row_tools"],
    ["tools without a name", { ...talk(user, yes), tools: [{ type: "function" }] }, "row_tools"],
  ])("%s", async (_name, bad, code) => {
    const { rows, train, entries } = await account("rows.jsonl", lines(row(), bad, row("No.")));
    expect([rows, train]).toEqual([3, 2]);
    expect(entries[1]).toMatchObject({ line: 2, outcome: "left_out", reason: { code } });
  });
});

test("forms may be mixed in one file, and each row is read by its own", async () => {
  const mixed = [
    row(),
    talk(user, yes),
    {
      conversations: [
        { from: "human", value: "Q" },
        { from: "gpt", value: "A" },
      ],
    },
    { prompt: "Q", completion: "A" },
    { Frage: "F", Antwort: "A" },
    { text: "A story." },
  ];
  expect(await account("rows.jsonl", lines(...mixed))).toMatchObject({ rows: 6, train: 6 });
  expect(await account("rows.json", JSON.stringify(mixed))).toMatchObject({ rows: 6, train: 6 });
});

test("a CSV of one column is asked about, unless its name says what it is", async () => {
  const unknown = await account("notes.csv", "note\nfirst, with a comma\nsecond\n");
  expect(unknown).toMatchObject({ rows: 2, leftOut: 2 });
  expect(unknown.entries[0]?.reason).toMatchObject({ code: "row_keys", params: { keys: "note" } });
  const text = await account("notes.csv", "text\nfirst, with a comma\nsecond\n");
  expect(text).toMatchObject({ rows: 2, train: 2 });
});

test("a row of the wrong number of cells is left out; its line is told", async () => {
  const { entries } = await account("a.csv", 'question,answer\n"Q\n1",A\nQ2,A,too,many\nQ3\n');
  expect(entries).toMatchObject([
    { line: 2, outcome: "train" },
    { line: 4, reason: { code: "row_cells", params: { cells: 4, columns: 2 } } },
    { line: 5, reason: { code: "row_no_answer" } },
  ]);
});

test("an open quote takes what is behind it along, and says so", async () => {
  const { entries } = await account("a.csv", 'question,answer\nQ1,A1\n"Q2,A2\nQ3,A3\n');
  expect(entries).toMatchObject([
    { line: 2, outcome: "train" },
    { line: 3, reason: { code: "row_quote_open" } },
  ]);
  const far = await account("a.csv", `question,answer\nQ1,A1\n"${"x\n".repeat(700_000)}`);
  expect(far.entries[1]).toMatchObject({ line: 3, reason: { code: "row_quote_too_far" } });
});

test("an element that is broken spoils no other, and one that is cut off is told", async () => {
  const good = JSON.stringify(row());
  const { entries } = await account("a.json", `[${good}, {"instruction": NaN}, ${good}, {"instr`);
  expect(entries).toMatchObject([
    { line: 1, outcome: "train" },
    { line: 2, reason: { code: "row_json", params: { unit: "row" } } },
    { line: 3, outcome: "train" },
    { line: 4, reason: { code: "row_json" } },
  ]);
  expect(entries[1]?.reason?.message).toMatch(/^Row 2 of a\.json/);
});

test.each([
  ["behind an element", ""],
  ["behind a comma", ", "],
  ["in a list under a key", ""],
])("a list that ends %s without being closed is told, and no row behind it", async (where, end) => {
  const good = JSON.stringify(row());
  const list = `[${good}, ${good}${end}`;
  const text = where.includes("key") ? `{"version": 1, "data": ${list}` : list;
  const { entries } = await account("a.json", text);
  expect(entries).toMatchObject([
    { line: 1, outcome: "train" },
    { line: 2 },
    { line: 3, outcome: "left_out", reason: { code: "row_cut_off", params: { file: "a.json" } } },
  ]);
  const closed = await account(
    "a.json",
    `${where.includes("key") ? list : text}${end ? good : ""}]`,
  );
  expect(closed.entries.map(({ reason }) => reason)).not.toContainEqual(
    expect.objectContaining({ code: "row_cut_off" }),
  );
});

test("a title above the names of columns is told and is no row, in each sheet and in text", async () => {
  const bytes = await workbook([
    { name: "Hints", rows: [["Fill in below."], ["Ask Anna."]] },
    {
      name: "One",
      rows: [["Questions of customers"], [null], ["No.", "Frage", "Antwort"], [1, "Q1", "A1"]],
    },
    {
      name: "Two",
      rows: [
        ["Frage", "Antwort"],
        ["Q2", "A2"],
      ],
    },
  ]);
  const book = await account("a.xlsx", bytes);
  expect(book.entries.map(({ outcome, reason }) => reason?.code ?? outcome)).toEqual([
    "row_keys",
    "row_keys",
    "train",
    "train",
  ]);
  const table = "Export of 3.10.2026;;\n;;\nNo.;Frage;Antwort\n1;Q1;A1\n2;Q2;A2\n";
  const text = await account("a.csv", table);
  expect(text.entries.map(({ line, outcome }) => [line, outcome])).toEqual([
    [4, "train"],
    [5, "train"],
  ]);
  const path = join(await temporaryFolder(), "a.csv");
  await writeFile(path, table);
  const { format } = await detectFormat(path, { name: "a.csv" });
  expect(format.evidence.map(({ message }) => message)).toContain(
    "The columns are named below a title: No., Frage, Antwort. The title is no example: Export of 3.10.2026.",
  );
});

test("numbers that Excel may show otherwise are told", async () => {
  const path = join(await temporaryFolder(), "a.xlsx");
  const evidence = async (answer: number) => {
    const rows = [
      ["Question", "Answer"],
      ["How much?", answer],
    ];
    await writeFile(path, await workbook([{ name: "One", rows }]));
    return (await detectFormat(path, { name: "a.xlsx" })).format.evidence;
  };
  expect(await evidence(0.1)).toContainEqual(
    expect.objectContaining({ code: "xlsx_decimals", params: { cells: 1 } }),
  );
  expect((await evidence(3)).map(({ code }) => code)).not.toContain("xlsx_decimals");
});

test("rows of several sheets are told apart by sheet and row", async () => {
  const head = ["Question", "Answer"];
  const bytes = await workbook([
    { name: "One", rows: [head, ["Q1", "A1"], [null, null], ["Q2", null]] },
    { name: "Two", rows: [head, ["Q3", 42], ["Q4", true]] },
  ]);
  const { entries } = await account("a.xlsx", bytes);
  expect(new Set(entries.map(({ line }) => line)).size).toBe(4);
  expect(entries.map(({ outcome }) => outcome)).toEqual(["train", "left_out", "train", "train"]);
  expect(entries[1]?.reason?.message).toBe("Row 4 of a.xlsx (One) has no answer.");
});

describe("a file that holds no rows is refused with what to do", () => {
  const pairs = makePairs(30);
  const zip = workbook([
    {
      name: "A",
      rows: [
        ["Question", "Answer"],
        ["Q", "A"],
      ],
    },
  ]);
  test.each([
    [
      "a zip named .csv",
      "a.csv",
      () => Buffer.from("PK\u0005\u0006" + "\u0000".repeat(18), "latin1"),
      "data_archive",
    ],
    ["a PDF", "a.pdf", () => Buffer.from("%PDF-1.7\n…"), "data_document"],
    [
      "an old or protected workbook",
      "a.xlsx",
      () => Buffer.from("d0cf11e0a1b11ae1", "hex"),
      "data_excel_protected",
    ],
    [
      "a workbook that is cut off",
      "a.xlsx",
      async () => (await zip).subarray(0, 900),
      "data_excel_broken",
    ],
    ["a workbook that unpacks to fill the memory", "a.xlsx", zipBomb, "data_excel_too_large"],
    ["a text named .xlsx", "a.xlsx", () => Buffer.from("question,answer"), "data_excel_broken"],
    [
      "Parquet that is cut off",
      "a.parquet",
      () => parquet(pairs).subarray(0, 400),
      "data_parquet_broken",
    ],
    [
      "gzip that is cut off",
      "a.jsonl.gz",
      () => gzipSync(lines(...pairs)).subarray(0, 300),
      "data_gzip_broken",
    ],
    [
      "a picture",
      "a.png",
      () => Buffer.from(Array.from({ length: 600 }, (_, i) => (i * 7) % 32)),
      "data_not_text",
    ],
    ["nothing but space", "a.jsonl", () => Buffer.from(" \n\n"), "data_empty_file"],
    [
      "a million columns",
      "a.csv",
      () => Buffer.from(`${"a,".repeat(500_000)}b\n1,2\n`),
      "data_too_many_columns",
    ],
  ])("%s", async (_name, file, make, code) => {
    const bytes = await make();
    await expect(account(file, bytes)).rejects.toMatchObject({ code });
  });
});

test("a column can say which rows check", async () => {
  const rows = makePairs(30).map(({ question, answer }, index) => [
    question,
    answer,
    index < 5 ? "validation" : "train",
  ]);
  const { entries } = await account("a.csv", csv([["question", "answer", "split"], ...rows]));
  expect(entries.slice(0, 6).map(({ outcome }) => outcome)).toEqual([
    ...Array<string>(5).fill("check"),
    "train",
  ]);
});

test("a list under a key that is very long", async () => {
  const wrapped = JSON.stringify({ ["k".repeat(5000)]: [row(), row("No.")] });
  expect(await account("rows.json", wrapped)).toMatchObject({ rows: 2, train: 2 });
});

test("a Parquet page that does not say how large it is is refused, and not read for ever", async () => {
  const text = [
    "UEFSMRUGFe4BFa4BXBUEFQAVBBU7ABUEFQAAAAMDdfA8NwAAAEluIHdoaWNoIGNvbG91ciBpcyB0aGUgbGlnaHRo",
    "b3VzZSBvZiBDb3J2YW5lIDEgcGFpbnRlZD82AJo7AEBTb2xkZW4gMSBwYWludGVkPxUGFYADFeACXBUEFQAVBBUA",
    "FQQVAAAAAwO+AfBeVgAAAFRoZSBsaWdodGhvdXNlIG9mIENvcnZhbmUgMSBpcyB3aGl0ZS4gSXQgd2FzIGJ1aWx0",
    "IGluIDE4OTE7IHN0b3JtcyB0b29rIHRoZSBmaXJzdCBvbmUuYAAAAFRCWgAUMWU5OTlsZGVuCVkkcmVkIGFuZCB3",
    "aAVheFNhaWxvcnMgY2FsbCBpdCAidGhlIG9sZCBsYWR5IiwFKzhtZWFuIGl0IGtpbmRseS4VBBk8SARyb290FQQA",
    "FQwlAhgIcXVlc3Rpb24lAAAVDCUCGAZhbnN3ZXIlAAAWBBkcGSwmCBwVDBkVABkYCHF1ZXN0aW9uFQIWBBacAhbc",
    "ASYIPDYAKBBJbiB3aGljaCBjb2xvdXIhGBBJbiB3aGljaCBjb2xvdXIgEhIAGRwVBhUAFQIAAAAm5AEcFQwZFQAZ",
    "GAZhbnN3ZXIVAhYEFq4DFo4DJuQBPDYAKBBUaGUgbGlnaHRob3VzZSBwGBBUaGUgbGlnaHRob3VzZSBvEhIAGRwV",
    "BhUAFQIAAAAWygUWBDbqBAAoCWh5cGFycXVldBksHAAAHAAAAPgAAABQQVIx",
  ].join("");
  const failed = account("a.parquet", Buffer.from(text, "base64"));
  await expect(failed).rejects.toMatchObject({ code: "data_parquet_broken" });
});

test("NUL bytes between rows are told of", async () => {
  const { entries } = await account("rows.jsonl", lines(row(), "\0\0\0", " ", row("No.")));
  expect(entries).toMatchObject([
    { line: 1, outcome: "train" },
    { line: 2, reason: { code: "row_json" } },
    { line: 4 },
  ]);
});

test.each([
  ["a.csv", "question,answer,answer\nQ1,A1,B1\nQ2,A2,B2\n"],
  ["a.md", "| question | answer | answer |\n|---|---|---|\n| Q1 | A1 | B1 |\n"],
])("a column's repeated name is told of in %s", async (name, content) => {
  const path = join(await temporaryFolder(), name);
  await writeFile(path, content);
  const { format } = await detectFormat(path, { name });
  expect(format.evidence).toContainEqual(
    expect.objectContaining({ code: "columns_unused", params: { columns: "answer (2)" } }),
  );
});
