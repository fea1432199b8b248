import { expect, test } from "vitest";
import { findPreset, presets, recommendedPreset } from "./presets.ts";
import { defaultFor, findParameter } from "./registry.ts";
import { checkRules } from "./rules.ts";
import { validateSection } from "./validate.ts";

test("there are the eight of the description", () => {
  expect(presets.map(({ name }) => name).sort()).toEqual([
    "balanced",
    "high_quality",
    "large_data",
    "long_context",
    "low_memory",
    "quick_try",
    "small_data",
    "style",
  ]);
  expect(findPreset("style")?.name).toBe("style");
  expect(findPreset("unknown")).toBeUndefined();
});

test.each(presets.map((preset) => [preset.name, preset] as const))(
  "%s holds valid settings that agree with each other",
  (_, preset) => {
    for (const section of ["training_config", "lora_config", "quantization_config"] as const) {
      expect(() => validateSection(section, preset[section])).not.toThrow();
    }
    expect(() => checkRules({ ...preset })).not.toThrow();
  },
);

test("only balanced leaves every setting at its default", () => {
  for (const { name, ...preset } of presets) {
    const differs = (["training_config", "lora_config", "quantization_config"] as const).some(
      (section) =>
        Object.entries(preset[section]).some(([key, value]) => {
          const parameter = findParameter(section, key);
          return parameter && value !== defaultFor(parameter, "cpu");
        }),
    );
    expect([name, differs]).toEqual([name, name !== "balanced"]);
  }
});

test.each([
  ["balanced", { rows: 200 }],
  ["balanced", { rows: 20_000 }],
  ["balanced", { rows: 0 }],
  ["small_data", { rows: 1 }],
  ["small_data", { rows: 199 }],
  ["large_data", { rows: 20_001 }],
  ["balanced", { rows: 1000, modelBytes: 8e9 }],
  ["low_memory", { rows: 1000, modelBytes: 8e9 + 1 }],
  ["low_memory", { rows: 20, modelBytes: 12e9 }],
])("%s suits %j", (name, facts) => {
  const machine = { device: "cpu", memoryBytes: 16e9, modelBytes: 1e9 } as const;
  expect(recommendedPreset({ ...machine, ...facts })).toBe(name);
});
