import { describe, expect, test } from "vitest";
import { presets } from "../parameters/presets.ts";
import { allParameters, findParameter } from "../parameters/registry.ts";
import { sections } from "../parameters/types.ts";
import { groupText, parameterText, presetTexts, sectionTexts, unitText } from "./index.ts";

const languages = ["en", "de"] as const;

describe.each(languages)("texts in %s", (language) => {
  test.each(allParameters.map((one) => [`${one.section}.${one.key}`, one] as const))(
    "%s is explained, option by option",
    (_, parameter) => {
      const text = parameterText(parameter, language);
      expect(text.label).not.toBe("");
      expect(text.help.length).toBeGreaterThan(20);
      if (parameter.options && parameter.key !== "max_length") {
        expect(Object.keys(text.options ?? {}).sort()).toEqual(
          parameter.options.map(String).sort(),
        );
      }
      expect(groupText(parameter.group, language)).not.toBe(parameter.group);
      if (parameter.unit) expect(unitText(parameter.unit, language)).not.toBe("");
    },
  );

  test("every preset and section is explained", () => {
    expect(Object.keys(presetTexts(language)).sort()).toEqual(
      presets.map((one) => one.name).sort(),
    );
    expect(Object.keys(sectionTexts(language)).sort()).toEqual([...sections].sort());
  });
});

test("every value of a preset passes its parameter's schema", () => {
  for (const preset of presets) {
    for (const section of ["training_config", "lora_config", "quantization_config"] as const) {
      for (const [key, value] of Object.entries(preset[section])) {
        expect(findParameter(section, key)?.schema.safeParse(value).success).toBe(true);
      }
    }
  }
});
