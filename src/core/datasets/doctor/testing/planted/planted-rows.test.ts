import { expect, test } from "vitest";
import { faultKinds } from "./faults.ts";
import { buildingSeeds, heldOutSeeds, plantRows, toJsonl } from "./planted-rows.ts";

test("a seed gives 5,000 rows and 200 faults of 12 kinds, the same ones each time", () => {
  const planted = plantRows(11);
  expect(planted.rows).toHaveLength(5000);
  expect(planted.faults).toHaveLength(200);
  const perKind = Map.groupBy(planted.faults, ({ kind }) => kind);
  expect([...perKind.keys()].sort()).toEqual([...faultKinds].sort());
  expect([...perKind.values()].every((faults) => faults.length >= 16)).toBe(true);
  expect(new Set(planted.faults.map(({ line }) => line)).size).toBe(200);
  expect(toJsonl(plantRows(11))).toBe(toJsonl(planted));
  expect(toJsonl(plantRows(23))).not.toBe(toJsonl(planted));
});

test("sound rows are many different ones, half of them German", () => {
  const { rows, faults } = plantRows(23);
  const spoiled = new Set(faults.map(({ line }) => line));
  const sound = rows.filter((_, index) => !spoiled.has(index + 1));
  const texts = sound.map(({ messages }) => messages.map(({ content }) => content).join(" "));
  expect(new Set(texts).size).toBe(sound.length);
  const german = texts.filter((text) => /\b(der|die|das|und|ist|nicht)\b/i.test(text));
  expect(german.length / texts.length).toBeGreaterThan(0.4);
  expect(german.length / texts.length).toBeLessThan(0.6);
  expect(texts.some((text) => /[{}]/.test(text))).toBe(false);
});

test("a fault's partner is a sound row, and a copy of it is one", () => {
  const { rows, faults } = plantRows(37);
  const spoiled = new Set(faults.map(({ line }) => line));
  for (const { kind, line, partner } of faults) {
    if (partner === null) continue;
    expect(spoiled.has(partner)).toBe(false);
    if (kind === "exact_duplicate") expect(rows[line - 1]).toEqual(rows[partner - 1]);
    else expect(rows[line - 1]).not.toEqual(rows[partner - 1]);
  }
});

test("held-out seeds are none of those that detectors are built with", () => {
  const building: readonly number[] = buildingSeeds;
  expect(heldOutSeeds.filter((seed) => building.includes(seed))).toEqual([]);
});
