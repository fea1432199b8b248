import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readEventsBetween } from "./tail.ts";

test("from any offset to any other, each event is read exactly once", async () => {
  const folder = await mkdtemp(join(tmpdir(), "tunesmith-tail-"));
  const path = join(folder, "events.jsonl");
  const lines = [1, 2, 3, 4].map((seq) =>
    JSON.stringify({ seq, type: "log", text: "ü".repeat(seq) }),
  );
  const bytes = Buffer.from(`${lines.join("\n")}\n`);
  await writeFile(path, bytes);
  for (let cut = 0; cut <= bytes.length; cut++) {
    const first = await readEventsBetween(path, 0, cut);
    const second = await readEventsBetween(path, first.end, bytes.length);
    const seqs = [...first.events, ...second.events].map(({ seq }) => seq);
    expect(seqs, `cut at ${cut}`).toEqual([1, 2, 3, 4]);
    expect(second.end).toBe(bytes.length);
  }
  await rm(folder, { recursive: true });
});

test("lines longer than a piece of reading", async () => {
  const folder = await mkdtemp(join(tmpdir(), "tunesmith-tail-"));
  const path = join(folder, "events.jsonl");
  const text = "x".repeat(3 << 20);
  const line = (seq: number) => `${JSON.stringify({ seq, type: "log", text })}\n`;
  await writeFile(path, line(1) + line(2));
  const size = line(1).length * 2;
  const { events, end } = await readEventsBetween(path, 10, size);
  expect(events.map(({ seq }) => seq)).toEqual([1, 2]);
  expect(end).toBe(size);
  await rm(folder, { recursive: true });
});
