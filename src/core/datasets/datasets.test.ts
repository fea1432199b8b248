import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { describe, expect, test } from "vitest";
import { createProject, readProject } from "../projects/projects.ts";
import { dataFolder } from "../projects/store.ts";
import { temporaryFolder, temporaryWorkspace } from "../testing/temporary-workspace.ts";
import { trashFolder } from "../workspace.ts";
import { checkData } from "./check.ts";
import { addDataFile, changeDataFile, listDataFiles } from "./data-files.ts";
import type { Existing } from "./data-files.ts";
import { readRows } from "./read-rows.ts";
import { removeDataFile, restoreDataFile } from "./removed-files.ts";
import { addVersion, changesPath, makeVersionFolder } from "./versions/store.ts";
import { listVersions, restoreVersion } from "./versions/versions.ts";
import type { DataRole } from "./data-files.ts";

const good = (n: number) =>
  JSON.stringify({ instruction: `Question ${n}?`, output: `Answer ${n}.` });
const rows = (count: number, from = 0) => Array.from({ length: count }, (_, i) => good(from + i));

async function projectWith(...files: [name: string, role: DataRole, content: string | Buffer][]) {
  const ws = await temporaryWorkspace();
  const { slug } = await createProject(ws, { name: "Sky" });
  for (const [name, role, content] of files) {
    await addDataFile(ws, slug, { name, role, stream: Readable.from([Buffer.from(content)]) });
  }
  return { ws, slug };
}

describe("every input row has one place and a reason", () => {
  const long = JSON.stringify({ instruction: "long", output: "x".repeat(10_000_000) });
  const cases: [string, string | Buffer, string, number][] = [
    ["broken JSON", "{broken", "row_json", 3],
    ["wrong keys", '{"topic":"a","note":"b"}', "row_keys", 3],
    [
      "invalid UTF-8",
      Buffer.from([...Buffer.from('{"x":"ä'), 0xff, 0x22, 0x7d]),
      "row_encoding",
      3,
    ],
    ["no answer", '{"instruction":"Q","output":""}', "row_no_answer", 3],
    ["a line of 10 MB", long, "row_too_large", 3],
    ["a lone surrogate", '{"instruction":"Q","output":"\\ud800"}', "row_surrogate", 3],
    ["a number as answer", '{"instruction":"Q","output":7}', "row_field_type", 3],
    ["a list", "[1,2]", "row_not_object", 3],
    ["JSON nested 10,000 deep", `${"[".repeat(10_000)}1${"]".repeat(10_000)}`, "row_not_object", 3],
  ];
  test.each(cases)("%s", async (_name, line, code, number) => {
    const content = Buffer.concat([
      Buffer.from(`${good(1)}\n${good(2)}\n`),
      Buffer.from(line),
      Buffer.from(`\n${good(3)}`),
    ]);
    const { ws, slug } = await projectWith(["rows.jsonl", "train", content]);
    const ledger = await checkData(ws, slug);
    expect(ledger).toMatchObject({
      rows: 4,
      train: 3,
      check: 0,
      leftOut: 1,
      reasons: { [code]: 1 },
    });
    const [entry] = ledger.first;
    expect(entry).toMatchObject({ file: "rows.jsonl", line: number, reason: { code } });
    // The sentence is whole: no placeholder is left in it.
    expect(entry?.reason?.message).not.toMatch(/[{]\w+[}]/);
    const page = await readRows(ws, slug);
    expect(page.rows.map(({ line }) => line)).toEqual([1, 2, 4]);
    expect(page.leftOut).toHaveLength(1);
  });

  test("the first byte that is not UTF-8 is named; a genuine U+FFFD is none", async () => {
    const line = Buffer.concat([
      Buffer.from('{"a":"\uFFFD ä'),
      Buffer.from([0xc3]),
      Buffer.from('"}'),
    ]);
    const { ws, slug } = await projectWith(["rows.jsonl", "train", line]);
    const { first } = await checkData(ws, slug);
    expect(first[0]?.reason).toMatchObject({ code: "row_encoding", params: { byte: 13 } });
  });

  test("a byte-order mark, Windows line ends, empty lines and no last line end change nothing", async () => {
    const text = `\uFEFF${good(1)}\r\n\r\n   \n${good(2)}`;
    const { ws, slug } = await projectWith(["rows.jsonl", "train", text]);
    expect(await checkData(ws, slug)).toMatchObject({ rows: 2, train: 2, leftOut: 0 });
    const page = await readRows(ws, slug);
    expect(page.rows).toMatchObject([
      { id: "rows.jsonl:1", messages: [{ content: "Question 1?" }, { content: "Answer 1." }] },
      { id: "rows.jsonl:4" },
    ]);
  });

  test.each(["a", "ä€😀"])(
    "lines of %j cut anywhere between chunks stay whole",
    async (character) => {
      // Longer than the chunks that are read at once.
      const line = JSON.stringify({ prompt: character.repeat(90_000), completion: "A" });
      const { ws, slug } = await projectWith(["rows.jsonl", "train", `${line}\n`.repeat(12)]);
      expect(await checkData(ws, slug)).toMatchObject({ rows: 12, leftOut: 0 });
      const page = await readRows(ws, slug, { offset: 11 });
      expect(page.rows[0]?.messages[0]?.content).toBe(character.repeat(90_000));
    },
  );

  test("pages of rows follow on one another over files", async () => {
    const { ws, slug } = await projectWith(
      ["a.jsonl", "train", [...rows(3), "{"].join("\n")],
      ["b.jsonl", "check", rows(3, 50).join("\n")],
    );
    const page = await readRows(ws, slug, { offset: 2, limit: 3 });
    expect(page.rows.map(({ id }) => id)).toEqual(["a.jsonl:3", "b.jsonl:1"]);
    expect(page.leftOut.map(({ line }) => line)).toEqual([4]);
    expect((await readRows(ws, slug, { file: "b.jsonl" })).rows).toHaveLength(3);
    await expect(readRows(ws, slug, { file: "c" })).rejects.toMatchObject({ code: "not_found" });
  });
});

describe("data files", () => {
  test("an empty file, a missing one and a path as name are refused; nothing is left behind", async () => {
    const { ws, slug } = await projectWith();
    const add = (name: string, path: string) =>
      addDataFile(ws, slug, { name, role: "train", path });
    const empty = join(await temporaryFolder(), "empty.jsonl");
    await writeFile(empty, "");
    await expect(add("a.jsonl", empty)).rejects.toMatchObject({ code: "data_empty_file" });
    await expect(add("a.jsonl", `${empty}.gone`)).rejects.toMatchObject({
      code: "data_file_missing",
    });
    await expect(add("../a.jsonl", empty)).rejects.toMatchObject({ code: "path_refused" });
    expect(await listDataFiles(ws, slug)).toEqual([]);
  });

  test("a file of the same name replaces one only if asked to, and removing it takes its rows away", async () => {
    const { ws, slug } = await projectWith(["a.jsonl", "train", good(1)]);
    const [before] = await listDataFiles(ws, slug);
    const other = (existing?: Existing, bytes?: number) =>
      addDataFile(ws, slug, {
        name: "a.jsonl",
        role: "check",
        stream: Readable.from([rows(2).join("\n")]),
        ...(existing && { existing }),
        ...(bytes !== undefined && { bytes }),
      });
    const exists = { code: "data_file_exists", params: { file: "a.jsonl", free: "a-2.jsonl" } };
    await expect(other()).rejects.toMatchObject(exists);
    await expect(other("refuse", 1)).rejects.toMatchObject(exists);
    expect(await listDataFiles(ws, slug)).toEqual([before]);
    // The same content again is no other file.
    const stream = Readable.from([good(1)]);
    await addDataFile(ws, slug, { name: "a.jsonl", role: "train", stream });
    expect(await listDataFiles(ws, slug)).toMatchObject([{ sha256: before?.sha256 }]);
    await other("replace");
    const [after, ...more] = await listDataFiles(ws, slug);
    expect(more).toEqual([]);
    expect(after?.role).toBe("check");
    expect(after?.sha256).not.toBe(before?.sha256);
    expect((await listVersions(ws, slug, "a.jsonl")).earlier).toMatchObject([
      { file: { sha256: before?.sha256 } },
    ]);
    await removeDataFile(ws, slug, "a.jsonl");
    expect((await readProject(ws, slug)).data).toEqual([]);
    expect(await checkData(ws, slug)).toMatchObject({ rows: 0 });
    await expect(removeDataFile(ws, slug, "a.jsonl")).rejects.toMatchObject({ code: "not_found" });
  });

  test("a removed file comes back as it was, with its mapping, its fixes and what it held before", async () => {
    const { ws, slug } = await projectWith(["a.csv", "check", "Q,A\nold,row\n"]);
    const text = "Q,A\nWho?,Me.\nWhere?,Here.\n";
    const upload = { name: "a.csv", role: "check", existing: "replace" } as const;
    await addDataFile(ws, slug, { ...upload, stream: Readable.from([text]) });
    const mapping = { columns: { question: "A", answer: "Q" } };
    await changeDataFile(ws, slug, "a.csv", { mapping });
    const [file] = await listDataFiles(ws, slug);
    if (!file) throw new Error("no file");
    await makeVersionFolder(ws, slug, file);
    await writeFile(changesPath(ws, slug, file, 1) ?? "", '{"line":2,"out":"refusal"}\n');
    const fixed = { finding: "refusal", fix: "leave_out" } as const;
    const createdAt = new Date().toISOString();
    await addVersion(ws, slug, file, {
      version: 1,
      parent: 0,
      changed: 0,
      leftOut: 1,
      createdAt,
      ...fixed,
    });
    await restoreVersion(ws, slug, { name: "a.csv", version: 1 });
    const before = await listDataFiles(ws, slug);
    const versions = await listVersions(ws, slug, "a.csv");
    expect(versions).toMatchObject({ current: 1, earlier: [{ file: { name: "a.csv" } }] });

    const trashId = await removeDataFile(ws, slug, "a.csv");
    expect(await listDataFiles(ws, slug)).toEqual([]);
    await expect(readFile(join(dataFolder(ws, slug), "a.csv"))).rejects.toThrow("ENOENT");
    const elsewhere = { name: "b.csv", trashId };
    await expect(restoreDataFile(ws, slug, elsewhere)).rejects.toMatchObject({ code: "not_found" });
    expect(await restoreDataFile(ws, slug, { name: "a.csv", trashId })).toEqual(before[0]);
    expect(await listDataFiles(ws, slug)).toEqual(before);
    expect(await readFile(join(dataFolder(ws, slug), "a.csv"), "utf8")).toBe(text);
    expect(await listVersions(ws, slug, "a.csv")).toEqual(versions);
    expect(await readdir(trashFolder(ws))).toEqual([]);
    const again = restoreDataFile(ws, slug, { name: "a.csv", trashId });
    await expect(again).rejects.toMatchObject({ code: "not_found" });
  });

  test("a removed file whose name is taken comes back under another one, and loses nothing", async () => {
    const { ws, slug } = await projectWith(["a.jsonl", "train", good(1)]);
    const add = (row: string) =>
      addDataFile(ws, slug, {
        name: "a.jsonl",
        role: "train",
        existing: "replace",
        stream: Readable.from([row]),
      });
    const second = await add(good(2));
    const trashId = await removeDataFile(ws, slug, "a.jsonl");
    // The content that the removed file had before is the new file's.
    const third = await add(good(1));
    const restored = await restoreDataFile(ws, slug, { name: "a.jsonl", trashId });
    expect(restored).toEqual({ ...second, name: "a-2.jsonl" });
    expect(await listDataFiles(ws, slug)).toEqual([third, restored]);
    const texts = (await readRows(ws, slug)).rows.map(({ messages }) => messages[0]?.content);
    expect(texts).toEqual(["Question 1?", "Question 2?"]);
    expect((await listVersions(ws, slug, "a.jsonl")).earlier).toEqual([]);
    const { earlier } = await listVersions(ws, slug, "a-2.jsonl");
    expect(earlier).toMatchObject([{ file: { sha256: third.sha256, name: "a-2.jsonl" } }]);
  });

  test("an upload that breaks leaves the old file and no rest", async () => {
    const { ws, slug } = await projectWith(["a.jsonl", "train", good(1)]);
    const stream = Readable.from(
      (async function* () {
        yield Buffer.from(good(2));
        await Promise.resolve();
        throw new Error("gone");
      })(),
    );
    const broken = addDataFile(ws, slug, { name: "a.jsonl", role: "train", stream });
    await expect(broken).rejects.toThrow("gone");
    expect((await readRows(ws, slug)).rows[0]?.messages[0]?.content).toBe("Question 1?");
  });
});
