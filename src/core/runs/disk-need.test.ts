import { expect, test } from "vitest";
import { sampleSpec } from "../testing/run-spec.ts";
import { neededDiskBytes } from "./disk-need.ts";

test("a run needs room for two copies of 16 bits and its GGUF", () => {
  const spec = sampleSpec("sky", "20261122-100000-aaaa", 1);
  const model = { ...spec.model, parameters: 1_000_000_000 };
  const need = (output: string) =>
    neededDiskBytes({ model, quantization: { ...spec.quantization, output_quantization: output } });
  expect(need("f16")).toBe(6e9);
  expect(need("q8_0")).toBe(5_062_500_000);
  expect(need("q4_k_m")).toBeLessThan(need("q8_0"));
});
