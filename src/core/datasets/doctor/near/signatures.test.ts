import { readdir } from "node:fs/promises";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../../testing/temporary-workspace.ts";
import { signatureSize } from "./signature.ts";
import { mostEqual, sketchWords, startSignatures } from "./signatures.ts";
import { startSorter } from "./sorter.ts";

const count = 70_000;
/** A signature that any number gives again; neighbours share most bytes. */
function signatureOf(index: number): Uint8Array {
  const bytes = new Uint8Array(signatureSize);
  const base = Math.floor(index / 3) * signatureSize;
  for (let at = 0; at < signatureSize; at += 1) bytes[at] = Math.imul(base + at, 0x9e3779b1) >>> 21;
  for (let at = 0; at < index % 3; at += 1) bytes[at * 7] = (bytes[at * 7] ?? 0) ^ 1;
  return bytes;
}
const equalBytes = (a: Uint8Array, b: Uint8Array) => a.filter((byte, at) => byte === b[at]).length;

test.each([8, 1, 0])("with %i blocks in memory signatures are what was put in", async (kept) => {
  const folder = await temporaryFolder();
  const signatures = startSignatures(folder, kept);
  for (let index = 0; index < count; index += 1) signatures.add(signatureOf(index));
  const starts = [0, 3, 32_766, 32_769, 40_000, 65_535, 65_538, count - 3];
  const sketches = new Uint32Array(count * sketchWords);
  signatures.visitSketches((block, first, many) => {
    sketches.set(block.subarray(0, many * sketchWords), first * sketchWords);
  });
  const pairs = starts.flatMap<[number, number]>((index) => [
    [index, index + 1],
    [index + 2, index],
    [index, (index + 4096) % count],
    [index, (index * 31) % count],
  ]);
  for (const [a, b] of pairs) {
    const truth = equalBytes(signatureOf(a), signatureOf(b));
    expect(signatures.equal(a, b), `${a} and ${b}`).toBe(truth);
    expect(mostEqual(sketches, a, b)).toBeGreaterThanOrEqual(truth);
  }
  expect(mostEqual(sketches, 0, 30_000)).toBeLessThan(signatureSize / 2);
  const visited: number[] = [];
  signatures.visit((block, first, many) => {
    visited.push(many);
    const at = (many - 1) * signatureSize;
    expect(block.subarray(at, at + signatureSize)).toEqual(signatureOf(first + many - 1));
  });
  expect(visited).toEqual([32_768, 32_768, count - 65_536]);
  signatures.close();
  expect(await readdir(folder)).toEqual([]);
});

test("what comes in several turns is compared as one where it is one bucket", () => {
  const pairs = new Set<string>();
  const sorter = startSorter(40, ({ texts }, left, right) => {
    pairs.add(`${texts[left]} ${texts[right]}`);
  });
  const sketches = new Uint32Array(sketchWords);
  for (let text = 0; text < 200; text += 1)
    sorter.add(text, text % 9 === 0 ? text : 7, sketches, 0);
  sorter.finish();
  const bucket = Array.from({ length: 200 }, (_, text) => text).filter((text) => text % 9 !== 0);
  for (let at = 1; at < bucket.length; at += 1) {
    expect(pairs.has(`${bucket[at - 1]} ${bucket[at]}`), `text ${bucket[at]}`).toBe(true);
  }
  expect([...pairs].every((pair) => pair.split(" ").every((text) => Number(text) % 9 > 0))).toBe(
    true,
  );
});
