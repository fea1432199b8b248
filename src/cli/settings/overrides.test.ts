import { expect, it } from "vitest";
import type { Project } from "#contract/project.ts";
import { runOverrides } from "./overrides.ts";

const project = {
  trainingConfig: { optim: "sgd", num_train_epochs: 7 },
  loraConfig: {},
  quantizationConfig: { load_in_4bit: true },
  modelfileConfig: { temperature: 0 },
} as unknown as Project;

it("puts a preset in the place of the project's sections, and single settings over it", () => {
  expect(
    runOverrides(project, { preset: "high-quality", set: ["r=128", "temperature=1"] }),
  ).toEqual({
    training_config: {
      optim: null,
      num_train_epochs: 5,
      lr_scheduler_type: "cosine",
      warmup_ratio: 0.1,
      early_stopping_patience: 2,
    },
    lora_config: { r: 128, lora_alpha: 64, use_rslora: true },
    quantization_config: { load_in_4bit: false, output_quantization: "q8_0" },
    modelfile_config: { temperature: 1 },
  });
});

it("overrides nothing by itself", () => {
  expect(runOverrides(project, {})).toEqual({});
});

it("names the presets that there are", () => {
  expect(() => runOverrides(project, { preset: "best" })).toThrow(/balanced/);
});
