import { expect, test } from "vitest";
import { thinOut } from "./thin-out.ts";

const many = 100_000;
const x = Array.from({ length: many }, (_, index) => index);
const wave: (number | null)[] = x.map((step) => Math.sin(step / 999) + ((step * 7919) % 101) / 500);
const sparse: (number | null)[] = x.map((step) => (step % 1000 === 0 ? step : null));
const whole = { from: 0, to: many - 1, pixels: 900 };

test("few points stay as they are", () => {
  const few = { x: [1, 2, 3], columns: [[1, null, 3]] };
  expect(thinOut(few, { from: 1, to: 3, pixels: 100 })).toEqual(few);
});

test("no spike is lost, and a sparse series keeps every point", () => {
  const spiked = wave.with(54_321, 99).with(12_345, -99);
  const thin = thinOut({ x, columns: [spiked, sparse] }, whole);
  expect(thin.x.length).toBeLessThan(900 * 8);
  expect(thin.columns[0]?.[thin.x.indexOf(54_321)]).toBe(99);
  expect(thin.columns[0]?.[thin.x.indexOf(12_345)]).toBe(-99);
  expect(thin.columns[1]?.filter((value) => value !== null)).toHaveLength(many / 1000);
  expect(thin.x.every((value, index) => index === 0 || value > (thin.x[index - 1] ?? 0))).toBe(
    true,
  );
});

test("each pixel keeps its lowest and highest value", () => {
  const thin = thinOut({ x, columns: [wave] }, whole);
  const pixel = (step: number) => Math.floor((step / (many - 1)) * 900);
  const range = (steps: readonly number[], values: readonly (number | null)[], wanted: number) => {
    const found = values.filter((_, index) => pixel(steps[index] ?? 0) === wanted) as number[];
    return [Math.min(...found), Math.max(...found)];
  };
  for (const wanted of [0, 1, 450, 899])
    expect(range(thin.x, thin.columns[0] ?? [], wanted)).toEqual(range(x, wave, wanted));
});

test("a stretch that is looked at closely shows every point", () => {
  const thin = thinOut({ x, columns: [wave] }, { from: 500, to: 900, pixels: 900 });
  expect(thin.x[0]).toBe(499);
  expect(thin.x.at(-1)).toBe(901);
  expect(thin.x).toHaveLength(403);
});
