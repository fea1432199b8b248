import { open, readdir, stat, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { createProject, readProject } from "../projects/projects.ts";
import { dataFolder } from "../projects/store.ts";
import { temporaryWorkspace } from "../testing/temporary-workspace.ts";
import type { Workspace } from "../workspace.ts";
import { checkData } from "./check.ts";
import { addDataFile, dataSources } from "./data-files.ts";
import { lookForFindings } from "./doctor/look.ts";
import { freezeRows } from "./frozen-rows.ts";
import { loadIndex, storeIndex } from "./index/index-store.ts";
import { indexFile } from "./index/index-file.ts";
import { readRows } from "./read-rows.ts";
import { createRowTables } from "./table/row-tables.ts";

const row = (n: number, length = 40) =>
  JSON.stringify({ prompt: `Question ${n}?`, completion: `Answer ${n} ${"ä".repeat(length)}` });

async function projectWith(...files: [name: string, content: string | Uint8Array][]) {
  const ws = await temporaryWorkspace();
  const { slug } = await createProject(ws, { name: "Sky", model: "none" });
  for (const [name, content] of files) {
    const stream = Readable.from([Buffer.from(content)]);
    await addDataFile(ws, slug, { name, role: "train", stream });
  }
  return { ws, slug };
}

const ids = async (ws: Workspace, slug: string, offset: number, file?: string) => {
  const page = await readRows(ws, slug, { offset, limit: 3, ...(file && { file }) });
  return [...page.rows, ...page.leftOut].map(({ file: name, line }) => `${name}:${line}`).sort();
};

test("rows far into files are found from an index, without what lies before them being read", async () => {
  const lines = Array.from({ length: 30_000 }, (_, n) => (n % 1000 === 7 ? "{broken" : row(n, 60)));
  // Blank lines are no rows, so that a row's number is not its line's.
  const text = lines.map((line, n) => (n % 500 === 0 ? `${line}\n\n` : `${line}\n`)).join("");
  const { ws, slug } = await projectWith(["a.jsonl", text], ["b.jsonl.gz", gzipSync(text)]);
  const lineOf = (n: number) => n + 1 + Math.ceil(n / 500);
  const expected = (file: string, n: number) =>
    [n, n + 1, n + 2].map((one) => `${file}:${lineOf(one)}`).sort();
  for (const n of [0, 1999, 2000, 15_007, 29_990]) {
    expect(await ids(ws, slug, n), `row ${n}`).toEqual(expected("a.jsonl", n));
    // What is packed is read from its beginning, and says the same.
    expect(await ids(ws, slug, 30_000 + n)).toEqual(expected("b.jsonl.gz", n));
  }
  expect(await ids(ws, slug, 29_999)).toEqual(["a.jsonl:30060", "b.jsonl.gz:1", "b.jsonl.gz:3"]);
  expect(await ids(ws, slug, 60_000)).toEqual([]);
  expect((await readdir(join(ws.home, "cache/index"))).length).toBe(1);

  // Without a line end in the middle, whoever reads from the beginning counts other rows.
  const path = join(dataFolder(ws, slug), "a.jsonl");
  const { size, atime, mtime } = await stat(path);
  const file = await open(path, "r+");
  await file.write(Buffer.alloc(200_000, " "), 0, 200_000, Math.floor(size / 3));
  await file.close();
  await utimes(path, atime, mtime);
  expect(await ids(ws, slug, 25_000, "a.jsonl")).toEqual(expected("a.jsonl", 25_000));
}, 60_000);

test("an index comes back from the disk as it was; a damaged one is none", async () => {
  const { ws, slug } = await projectWith([
    "a.jsonl",
    `${Array.from({ length: 3000 }, (_, n) => row(n, 300)).join("\n")}\n{\n${row(5)}`,
  ]);
  const [source] = dataSources(ws, await readProject(ws, slug));
  const index = await indexFile(source?.path ?? "", { name: "a.jsonl" });
  expect(index.anchors.length).toBeGreaterThan(10);
  const path = join(ws.home, "one.index");
  await storeIndex(path, index);
  expect(await loadIndex(path)).toEqual(index);
  await writeFile(path, "{}");
  expect(await loadIndex(path)).toBeUndefined();
  expect(await loadIndex(join(ws.home, "none"))).toBeUndefined();
});

test("a file that cannot be read is told of, and the others are accounted for", async () => {
  const good = Array.from({ length: 43 }, (_, n) => row(n)).join("\n");
  const broken = gzipSync(good).subarray(0, 60);
  const { ws, slug } = await projectWith(["a.jsonl", good], ["b.jsonl.gz", broken]);
  const unreadable = [{ file: "b.jsonl.gz", reason: { code: "data_gzip_broken" } }];
  const ledger = await checkData(ws, slug);
  expect(ledger).toMatchObject({ rows: 43, leftOut: 0, unreadable });
  expect(ledger.train + ledger.check).toBe(43);

  const tables = createRowTables(ws);
  try {
    const summary = await tables.summary(slug);
    expect(summary).toMatchObject({ reading: null, ledger: { rows: 43, unreadable } });
    expect((await tables.page(slug, {}, { offset: 0, limit: 10 })).total).toBe(43);
  } finally {
    await tables.close();
  }
  expect((await readRows(ws, slug)).rows).toHaveLength(43);
  await expect(readRows(ws, slug, { file: "b.jsonl.gz" })).rejects.toMatchObject({
    code: "data_gzip_broken",
  });
  expect(await lookForFindings(ws, slug)).toMatchObject({ rows: 43 });
  // Nothing is trained of which a part was never seen.
  const sources = dataSources(ws, await readProject(ws, slug));
  const frozen = freezeRows(join(ws.home, "run"), sources, { seed: 1 });
  await expect(frozen).rejects.toMatchObject({ code: "data_gzip_broken" });
});
