import { appendFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../testing/temporary-workspace.ts";
import { placeRows } from "../place-rows.ts";
import { scanFile } from "../scan.ts";
import type { ScannedRow } from "../scan.ts";
import { indexFile } from "./index-file.ts";
import { joinColumns } from "./columns.ts";

const good = (n: number, text = "An answer.") =>
  JSON.stringify({ prompt: `Question ${n}?`, completion: text });

/** Lines that break careless cutting: long, blank, broken, not ASCII, not UTF-8, Windows' ends. */
function manyLines(): Buffer {
  const lines: Buffer[] = [];
  for (let n = 0; n < 400; n += 1) {
    lines.push(Buffer.from(good(n, "ä€😀".repeat(n % 7))));
    if (n % 11 === 0) lines.push(Buffer.from("{broken"));
    if (n % 13 === 0) lines.push(Buffer.from("   \r"), Buffer.from(""));
    if (n % 17 === 0) lines.push(Buffer.from([0x7b, 0xff, 0xfe, 0x7d]));
    if (n % 97 === 50) lines.push(Buffer.from(good(n, "x".repeat(1_200_000))));
    if (n % 5 === 0) lines.push(Buffer.from(`${good(1)}\r`));
  }
  return Buffer.concat(lines.flatMap((line) => [line, Buffer.from("\n")])).subarray(0, -1);
}

async function scan(path: string): Promise<ScannedRow[]> {
  const rows: ScannedRow[] = [];
  for await (const batch of scanFile(path, { name: "rows.jsonl" })) rows.push(...batch);
  return rows;
}

const mark = Buffer.from([0xef, 0xbb, 0xbf]);

test.each([
  ["one thread", Buffer.alloc(0), 1 << 30],
  ["stretches of 64 kB", Buffer.alloc(0), 1 << 16],
  ["stretches of 1,000 bytes behind a byte-order mark", mark, 1000],
])("in %s every row is indexed as reading line by line finds it", async (_, head, stretchBytes) => {
  const path = join(await temporaryFolder(), "rows.jsonl");
  const bytes = Buffer.concat([head, manyLines()]);
  await writeFile(path, bytes);
  const rows = await scan(path);
  const seen: number[] = [];
  const index = await indexFile(
    path,
    { name: "rows.jsonl" },
    { stretchBytes, onProgress: (done) => seen.push(done) },
  );
  expect(index.rows).toBe(rows.length);
  expect([...index.lines]).toEqual(rows.map(({ line }) => line));
  expect([...index.reasons].map((code) => index.codes[code - 1] ?? null)).toEqual(
    rows.map((row) => ("reason" in row ? row.reason.code : null)),
  );
  const key = (row: ScannedRow) => ("hash" in row ? row.hash.slice(0, 16) : "0".repeat(16));
  const hex = (value = 0) => value.toString(16).padStart(8, "0");
  expect([...index.lows].map((low, row) => hex(low) + hex(index.highs[row]))).toEqual(
    rows.map(key),
  );
  const faults = rows.flatMap((row) => ("reason" in row ? [row.reason.code] : []));
  expect(index.first.map(({ code }) => code)).toEqual(faults.slice(0, 20));
  expect(index.first.map((reason) => reason.params["line"])).toEqual(
    rows.flatMap((row) => ("reason" in row ? [row.line] : [])).slice(0, 20),
  );
  expect(index.anchorRows[0]).toBe(0);
  for (const [at, offset] of index.anchors.entries()) {
    const row = index.anchorRows[at] ?? -1;
    const before = bytes.subarray(0, offset).filter((byte) => byte === 0x0a).length;
    expect(before + 1, `row ${row} at ${offset}`).toBe(index.lines[row]);
  }
  expect(seen.at(-1)).toBe(bytes.length);
  expect(seen).toEqual(seen.toSorted((a, b) => a - b));
});

test("reading can be cancelled", async () => {
  const path = join(await temporaryFolder(), "rows.jsonl");
  await writeFile(path, `${good(1, "x".repeat(1000))}\n`.repeat(6000));
  const stop = new AbortController();
  const source = { name: "rows.jsonl", role: "train" as const, path };
  const check = placeRows([source], {
    seed: 1,
    signal: stop.signal,
    onProgress: () => stop.abort(new Error("enough")),
  });
  await expect(check).rejects.toThrow("enough");
});

test("a file that grows while it is read is read to the end that it had", async () => {
  const path = join(await temporaryFolder(), "rows.jsonl");
  await writeFile(path, `${good(1)}\n${good(2)}\n`);
  const rows: ScannedRow[] = [];
  for await (const batch of scanFile(path, { name: "rows.jsonl" })) {
    rows.push(...batch);
    await appendFile(path, `${good(3)}\n`.repeat(100_000));
  }
  expect(rows).toHaveLength(2);
});

test("columns of parts are joined with their lines and codes", () => {
  const part = (codes: string[], reason: number) => ({
    rows: 1,
    lines: Uint32Array.of(1),
    anchorRows: Uint32Array.of(0),
    anchors: Float64Array.of(codes.length),
    reasons: Uint8Array.of(reason),
    sides: Uint8Array.of(0),
    lows: Uint32Array.of(1),
    highs: Uint32Array.of(2),
    codes,
    first: [],
  });
  const joined = joinColumns([
    { columns: part(["row_json"], 1), lines: 0 },
    { columns: part(["row_keys", "row_json"], 2), lines: 7 },
    { columns: part(["row_keys"], 0), lines: 9 },
  ]);
  expect([...joined.lines]).toEqual([1, 8, 10]);
  expect([...joined.anchorRows]).toEqual([0, 1, 2]);
  expect([...joined.anchors]).toEqual([1, 2, 1]);
  expect([...joined.reasons].map((code) => joined.codes[code - 1])).toEqual([
    "row_json",
    "row_json",
    undefined,
  ]);
});
