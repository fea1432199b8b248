import { expect, test } from "vitest";
import { isRepoId } from "../hub/repo.ts";
import { modelShape } from "../memory/model-shape.ts";
import { catalogue } from "./catalogue.ts";
import { isSupportedFamily } from "./families.ts";
import { paperTensors } from "./paper-tensors.ts";

test("at least ten models, each once, of ever more parameters", () => {
  expect(catalogue.length).toBeGreaterThanOrEqual(10);
  expect(new Set(catalogue.map(({ id }) => id)).size).toBe(catalogue.length);
  const sizes = catalogue.map(({ parameters }) => parameters);
  expect(sizes).toEqual([...sizes].sort((a, b) => a - b));
});

test.each(catalogue.map((entry) => [entry.id, entry] as const))("%s", (id, entry) => {
  expect(isRepoId(id)).toBe(true);
  expect(isSupportedFamily(entry.config.model_type)).toBe(true);
  // The sizes give exactly the number of parameters that its owner tells.
  const shape = modelShape(entry.config, paperTensors(entry.config));
  expect(shape?.parameters).toBe(entry.parameters);
  // Two bytes per parameter; a tied output layer may be stored twice, and the tokenizer comes along.
  const twice = entry.config.vocab_size * entry.config.hidden_size * 2;
  expect(entry.downloadBytes).toBeGreaterThan(entry.parameters * 2);
  expect(entry.downloadBytes).toBeLessThan(entry.parameters * 2 + twice + 60e6);
  expect(entry.languageCount).toBeGreaterThanOrEqual(entry.languages.length);
  const names = new Intl.DisplayNames("en", { type: "language", fallback: "none" });
  for (const code of entry.languages) expect(names.of(code)).toBeDefined();
});
