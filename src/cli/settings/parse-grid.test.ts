import { expect, test } from "vitest";
import { parseGrid } from "./parse-grid.ts";

test("values by commas, with the parameter's type; several parameters", () => {
  expect(parseGrid(["lora_config.r=8,16", "learning_rate=1e-4, 2e-4, default"])).toEqual({
    lora_config: { r: [8, 16] },
    training_config: { learning_rate: [1e-4, 2e-4, null] },
  });
});

test("lists are parted by semicolons", () => {
  expect(parseGrid(["target_modules=q_proj,v_proj;q_proj"])).toEqual({
    lora_config: { target_modules: [["q_proj", "v_proj"], ["q_proj"]] },
  });
});

test("what is no assignment, no parameter or out of bounds is refused", () => {
  expect(() => parseGrid(["lora_config.r"])).toThrow(/--over key=value,value/);
  expect(() => parseGrid(["lora_config.rank=8,16"])).toThrow(/rank/);
  expect(() => parseGrid(["lora_config.r=8,0"])).toThrow(/r/);
});
