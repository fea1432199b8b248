import { expect, test } from "vitest";
import { isHopeless } from "./hopeless.ts";

const curve = (...losses: number[]) =>
  losses.map((loss, i) => ({ share: (i + 1) / losses.length, loss }));
const others = [curve(2, 1.5, 1, 0.8), curve(2.2, 1.6, 1.2, 1), curve(2.5, 1.8, 1.5, 1.2)];
const first = (measured: { share: number; loss: number }[], count: number) =>
  measured.slice(0, count);

test("worse than the median at the same place", () => {
  expect(isHopeless(first(curve(3, 2.9, 2.8, 2.7), 2), others)).toBe(true);
  expect(isHopeless(first(curve(2, 1.55, 1, 1), 2), others)).toBe(false);
});

test("what it reached earlier counts", () => {
  expect(isHopeless(first(curve(1.2, 9, 9, 9), 3), others)).toBe(false);
});

test("not before a third of the steps, and not at the end", () => {
  expect(isHopeless(first(curve(9, 9, 9, 9), 1), others)).toBe(false);
  expect(isHopeless(curve(9, 9, 9, 9), others)).toBe(false);
});

test("two finished trials say nothing of what is usual", () => {
  expect(isHopeless(first(curve(9, 9, 9, 9), 2), others.slice(0, 2))).toBe(false);
});

test("trials with other numbers of steps are compared by their share", () => {
  const fine = curve(...Array.from({ length: 100 }, (_, i) => 3 - i / 50));
  expect(isHopeless([{ share: 0.5, loss: 2.6 }], [fine, fine, fine])).toBe(true);
  expect(isHopeless([{ share: 0.5, loss: 1.9 }], [fine, fine, fine])).toBe(false);
});
