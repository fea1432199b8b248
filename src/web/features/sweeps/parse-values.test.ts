import { expect, test } from "vitest";
import { countTrials, parseValues } from "./parse-values.ts";

test("values by their parameter's type, each once", () => {
  expect(parseValues({ type: "float" }, "1e-4, 2e-4,1e-4,")).toEqual([1e-4, 2e-4]);
  expect(parseValues({ type: "bool" }, "true,false")).toEqual([true, false]);
  expect(parseValues({ type: "string" }, "cosine, linear")).toEqual(["cosine", "linear"]);
  expect(parseValues({ type: "strings" }, "q_proj,v_proj; q_proj")).toEqual([
    ["q_proj", "v_proj"],
    ["q_proj"],
  ]);
});

test("what is no number goes to the server as it was typed", () => {
  expect(parseValues({ type: "int" }, "8, many")).toEqual([8, "many"]);
});

test("a grid's trials are the product", () => {
  expect(countTrials({ a: { x: [1, 2], y: [1, 2, 3] }, b: { z: [1] } })).toBe(6);
  expect(countTrials({ a: { x: [] } })).toBe(0);
});
