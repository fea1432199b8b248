import { expect, test } from "vitest";
import { toErrorBody } from "../errors.ts";
import type { Section } from "./types.ts";
import { validateSection } from "./validate.ts";

function refusal(section: Section, values: unknown) {
  try {
    validateSection(section, values);
  } catch (error) {
    const { code, params } = toErrorBody(error);
    return { code, ...params };
  }
  return undefined;
}

test("values in their bounds come back as they were, nulls included", () => {
  const values = { r: 4, lora_alpha: 512, lora_dropout: 0.5, bias: null, target_modules: ["x"] };
  expect(validateSection("lora_config", values)).toBe(values);
});

test.each<[Section, object, string, string]>([
  ["lora_config", { r: 3 }, "at least 4 and at most 256", "3"],
  ["lora_config", { r: 257 }, "at least 4 and at most 256", "257"],
  ["training_config", { learning_rate: 0 }, "above 0 and at most 1", "0"],
  ["training_config", { seed: -1 }, "at least 0", "-1"],
  ["modelfile_config", { num_predict: -2 }, "at least -1 and at most 16384", "-2"],
  ["modelfile_config", { stop: [""] }, "a list of texts that are not empty", '[""]'],
])("%s %j is out of range", (section, values, limit, value) => {
  const field = `${section}.${Object.keys(values)[0]}`;
  expect(refusal(section, values)).toEqual({ code: "parameter_range", field, limit, value });
});

test.each<[Section, object, string, string]>([
  ["training_config", { num_train_epochs: 2.5 }, "a whole number", "2.5"],
  ["training_config", { num_train_epochs: "3" }, "a whole number", '"3"'],
  ["training_config", { learning_rate: "fast" }, "a number", '"fast"'],
  ["training_config", { learning_rate: Number.NaN }, "a number", "null"],
  ["training_config", { packing: "true" }, "true or false", '"true"'],
  ["training_config", { optim: 1 }, "text", "1"],
  ["modelfile_config", { stop: "###" }, "a list of texts", '"###"'],
  ["modelfile_config", { stop: [1] }, "a list of texts", "[1]"],
])("%s %j has the wrong type", (section, values, expected, value) => {
  const field = `${section}.${Object.keys(values)[0]}`;
  expect(refusal(section, values)).toEqual({ code: "parameter_type", field, expected, value });
});

test.each<[Section, object, string, string]>([
  ["training_config", { save_strategy: "never" }, "no, epoch, steps", '"never"'],
  ["modelfile_config", { num_ctx: 3000 }, "2048, 4096, 8192, 16384", "3000"],
  ["lora_config", { modules_to_save: ["head"] }, "lm_head, embed_tokens", '["head"]'],
])("%s %j is none of the options", (section, values, options, value) => {
  const field = `${section}.${Object.keys(values)[0]}`;
  expect(refusal(section, values)).toEqual({ code: "parameter_option", field, options, value });
});

test("an unknown key is refused with its nearest neighbour, where there is one", () => {
  expect(refusal("training_config", { learnin_rate: 1 })).toEqual({
    code: "parameter_unknown",
    field: "training_config.learnin_rate",
    nearest: "training_config.learning_rate",
  });
  expect(refusal("training_config", { colour_of_the_sky: 1 })).toEqual({
    code: "parameter_unknown_no_match",
    field: "training_config.colour_of_the_sky",
  });
  // Names that every object inherits are no parameters.
  expect(refusal("lora_config", JSON.parse('{"__proto__": 1}'))?.code).toMatch(
    /^parameter_unknown/,
  );
  expect(refusal("lora_config", { constructor: 1 })?.code).toBe("parameter_unknown_no_match");
});

test.each([[null], [[]], ["all"], [undefined]])("%j is no section", (values) => {
  expect(refusal("lora_config", values)).toMatchObject({
    code: "parameter_type",
    field: "lora_config",
    expected: "an object",
  });
});
