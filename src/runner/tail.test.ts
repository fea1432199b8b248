import { appendFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "#core/testing/temporary-workspace.ts";
import { tailLines } from "./tail.ts";

test("lines written in pieces come whole; a last one without newline never comes", async () => {
  const path = join(await temporaryFolder(), "trainer.jsonl");
  let ended = false;
  const seen: string[] = [];
  const reading = (async () => {
    for await (const { text } of tailLines(path, 0, () => ended)) seen.push(text);
  })();
  await writeFile(path, '{"whole":1}\n{"a":');
  await expect.poll(() => seen, { timeout: 20_000 }).toEqual(['{"whole":1}']);
  // A character of several bytes, cut between two writes.
  const bytes = new TextEncoder().encode('"ä"}\n{"b":2}\n{"torn"');
  await appendFile(path, bytes.slice(0, 2));
  await appendFile(path, bytes.slice(2));
  ended = true;
  await reading;
  expect(seen).toEqual(['{"whole":1}', '{"a":"ä"}', '{"b":2}']);
});

test("reading begins at the offset given", async () => {
  const path = join(await temporaryFolder(), "trainer.jsonl");
  await writeFile(path, "old\nnew\n");
  const seen = [];
  for await (const line of tailLines(path, 4, () => true)) seen.push(line);
  expect(seen).toEqual([{ text: "new", offset: 8 }]);
});
