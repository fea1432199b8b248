import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { eventsFrom, lineStart } from "./tail.ts";

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "tunesmith-tail-"));
  path = join(folder, "events.jsonl");
});
afterEach(() => rm(folder, { recursive: true }));

const line = (seq: number, text: string) => `${JSON.stringify({ seq, type: "log", text })}\n`;

async function seqsFrom(offset: number): Promise<number[]> {
  const seqs: number[] = [];
  for await (const { events } of eventsFrom(path, await lineStart(path, offset))) {
    seqs.push(...events.map(({ seq }) => seq));
  }
  return seqs;
}

test("from any size that the file had, exactly what was not whole then is read", async () => {
  const lines = [1, 2, 3].map((seq) => line(seq, "ü".repeat(seq)));
  const bytes = Buffer.from(lines.join(""));
  await writeFile(path, bytes);
  for (let size = 0; size <= bytes.length; size++) {
    const whole = bytes.subarray(0, size).filter((byte) => byte === 0x0a).length;
    expect(await seqsFrom(size), `size ${size}`).toEqual([1, 2, 3].slice(whole));
  }
});

test("lines longer than a piece of reading backwards", async () => {
  const text = "x".repeat(10_000);
  await writeFile(path, line(1, text) + line(2, text));
  expect(await seqsFrom(line(1, text).length + 9000)).toEqual([2]);
  expect(await seqsFrom(9000)).toEqual([1, 2]);
});
