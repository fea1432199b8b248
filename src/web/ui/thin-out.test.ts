import { expect, test } from "vitest";
import { thinOut, type ThinMemory } from "./thin-out.ts";

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

test("a curve that grows is drawn from memory as it would be at once", () => {
  const shown = { x: [] as number[], columns: [[] as (number | null)[], [] as (number | null)[]] };
  const memory: ThinMemory = {};
  // It ends far off, as a training that goes on does; pixels fill up while it comes nearer.
  const view = { from: 0, to: 20_000, pixels: 300 };
  const grow = (count: number) => {
    // The last point is completed before others come.
    for (const column of [shown.x, ...shown.columns]) column.pop();
    for (let index = shown.x.length, end = index + count; index < end; index++) {
      shown.x.push(index);
      shown.columns[0]?.push(index === 7777 ? 99 : (wave[index] ?? null));
      shown.columns[1]?.push(sparse[index] ?? null);
    }
  };
  for (const count of [5000, 2, 2, 40, 3000, 2, 700, 1, 2, 5000, 9000]) {
    grow(count);
    expect(thinOut(shown, view, memory)).toEqual(thinOut(shown, view));
  }
  // Another width, other series and a closer look owe nothing to what was drawn before.
  expect(thinOut(shown, { ...view, pixels: 200 }, memory)).toEqual(
    thinOut(shown, { ...view, pixels: 200 }),
  );
  const closer = { from: 7000, to: 9000, pixels: 200 };
  expect(thinOut(shown, closer, memory)).toEqual(thinOut(shown, closer));
  const one = { x: shown.x, columns: shown.columns.slice(1) };
  expect(thinOut(one, closer, memory)).toEqual(thinOut(one, closer));
});
