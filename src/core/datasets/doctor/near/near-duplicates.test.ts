import { expect, test } from "vitest";
import { fingerprint, similarityOf } from "./signature.ts";
import { startSignatures } from "./signatures.ts";
import { startNearDuplicates } from "./near-duplicates.ts";

const story =
  "Spokes that ping on the first ride are settling and need a second pass. Salt from the road eats " +
  "aluminium, so rinse the frame after icy days. Bring it to the workshop on a Monday.";
const other =
  "Fees stop growing after some weeks, but the card stays blocked until they are paid. Volunteers " +
  "mend torn pages in the basement, so please keep your tape away from them.";

async function find(texts: string[], signal?: AbortSignal) {
  const near = startNearDuplicates();
  for (const text of texts) near.add(text);
  return near.find(signal ? { signal } : {});
}

test("a text with some words changed belongs to the first of its kind", async () => {
  const changed = story.replace("second pass", "second round").replace("Bring", "Take");
  const { earlier, percent, group } = await find([other, story, changed, story.toUpperCase()]);
  expect([...earlier]).toEqual([-1, -1, 1, 1]);
  expect(percent[2]).toBeGreaterThan(75);
  expect(percent[2]).toBeLessThan(100);
  expect(percent[3]).toBe(100);
  expect([...group]).toEqual([0, 1, 1, 1]);
});

test("other numbers are other facts, and short texts are alike by chance", async () => {
  const numbered = (n: number) => `${story} It costs ${n} pounds.`;
  const { earlier } = await find([numbered(12), numbered(13), "What is 3 + 4?", "What is 3 + 4 ?"]);
  expect([...earlier]).toEqual([-1, -1, -1, -1]);
});

test("languages without blanks between words are compared, too", async () => {
  const text =
    "请先检查电源线然后等待几分钟再重新启动设备如果仍然没有反应请联系服务中心并提供序列号我们会尽快处理您的问题谢谢";
  const { earlier } = await find([text, text.replace("谢谢", "再见")]);
  expect([...earlier]).toEqual([-1, 0]);
});

test("the estimate is near the true similarity", () => {
  const words = Array.from({ length: 400 }, (_, index) => `w${(index * 7919) % 1000}x`);
  const shingles = (text: string) =>
    new Set(Array.from({ length: text.length - 4 }, (_, at) => text.slice(at, at + 5)));
  for (const kept of [380, 300, 200, 100]) {
    const [a, b] = [
      words.join(" "),
      [...words.slice(0, kept), ...words.slice(kept).map((w) => `${w}z`)].join(" "),
    ];
    const [left, right] = [shingles(a), shingles(b)];
    const shared = [...left].filter((piece) => right.has(piece)).length;
    const truth = shared / (left.size + right.size - shared);
    const signatures = startSignatures();
    for (const text of [a, b]) signatures.add(fingerprint(text).signature);
    expect(Math.abs(similarityOf(signatures.equal(0, 1)) - truth)).toBeLessThan(0.13);
  }
});

test("it can be stopped", async () => {
  const abort = new AbortController();
  const going = find([story, other], abort.signal);
  abort.abort();
  await expect(going).rejects.toThrow("abort");
});

test("a thousand rows made from one pattern take no thousand times as long", async () => {
  const texts = Array.from({ length: 3000 }, (_, index) => `${story} ${"abc".charAt(index % 3)}`);
  const { group } = await find(texts);
  expect(new Set(group).size).toBe(1);
});
