import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { RunSpec } from "#contract/run.ts";
import { correct, fitCorrection, uncorrected } from "./correction.ts";
import type { Measurement } from "./correction.ts";
import { keepMeasurement, readCorrection, readMeasurements } from "./measurements.ts";

const mebi = 2 ** 20;
const held = (activations: number): Measurement["parts"] => ({
  runtime: 700 * mebi,
  weights: 300 * mebi,
  adapter: 10 * mebi,
  gradients: 10 * mebi,
  optimizer: 20 * mebi,
  activations: activations * mebi,
  logits: 50 * mebi,
});
const sum = (parts: Measurement["parts"]) => Object.values(parts).reduce((a, b) => a + b, 0);
/** What a machine measures whose libraries hold more and whose allocator wastes more. */
const measured = (activations: number, offset: number, factor: number): Measurement => {
  const parts = held(activations);
  const moving = parts.activations + parts.logits;
  return { parts, bytes: sum(parts) + offset * mebi + (factor - 1) * moving };
};
const expected = (parts: Measurement["parts"], correction: Parameters<typeof correct>[1]) =>
  sum(correct({ load: parts, train: parts, evaluate: parts }, correction).train);

describe("a correction", () => {
  test("says nothing where nothing was measured, or where all was as expected", () => {
    expect(fitCorrection([])).toEqual(uncorrected);
    const right = fitCorrection([measured(500, 0, 1), measured(900, 0, 1)]);
    expect(right).toEqual({ measurements: 2, factor: 1, offset: 0 });
  });

  test("one measurement brings the next like it close, and does not go beyond it", () => {
    const first = measured(1000, 100, 1.4);
    const fitted = fitCorrection([first]);
    const before = sum(first.parts) / first.bytes - 1;
    const after = expected(first.parts, fitted) / first.bytes - 1;
    expect(before).toBeLessThan(-0.15);
    expect(Math.abs(after)).toBeLessThan(0.05);
    expect(after).toBeLessThanOrEqual(0);
  });

  test("many find the machine's own offset and factor, one that is far off or not", () => {
    const many = [100, 300, 600, 1000, 1600, 2400].flatMap((size) =>
      Array.from({ length: 4 }, () => measured(size, 120, 1.5)),
    );
    const fitted = fitCorrection(many);
    expect(fitted.factor).toBeCloseTo(1.5, 1);
    expect(fitted.offset / mebi).toBeGreaterThan(100);
    const fresh = measured(2000, 120, 1.5);
    expect(expected(fresh.parts, fitted) / fresh.bytes).toBeCloseTo(1, 1);
    const odd = { ...measured(500, 0, 1), bytes: 60_000 * mebi };
    expect(fitCorrection([odd]).factor).toBeLessThanOrEqual(3);
  });
});

describe("measurements", () => {
  test("are kept per device, and what cannot be read is passed over", async () => {
    const home = await mkdtemp(join(tmpdir(), "tunesmith-memory-"));
    try {
      const device = { type: "cpu", name: "Some CPU" };
      expect((await readCorrection(home, device)).measurements).toBe(0);
      const { parts, bytes } = measured(700, 50, 1.2);
      const list = Object.entries(parts).map(([part, bytes]) => ({ part, bytes }));
      const spec = { id: "20261122-120000-aaaa", device, memory: { uncorrected: list } };
      await keepMeasurement(home, spec as unknown as RunSpec, bytes);
      await keepMeasurement(home, { ...spec, memory: undefined } as unknown as RunSpec, bytes);
      await writeFile(join(home, "memory", "broken.json"), "{");
      expect(await readMeasurements(home, device)).toEqual([
        expect.objectContaining({ parts, bytes }),
      ]);
      expect((await readCorrection(home, { ...device, name: "Another" })).measurements).toBe(0);
    } finally {
      await rm(home, { recursive: true, force: true });
    }
  });
});
