import { describe, expect, it } from "vitest";
import { AppError } from "#contract/errors.ts";
import { parseSpec } from "./parse.ts";

const failure = (text: string, file = "train.yaml"): AppError => {
  try {
    parseSpec(text, file);
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error("it was accepted");
};

const yaml = `# comment
name: Shop answers
model: starter
data: [a.jsonl, b.jsonl]
check: c.jsonl
preset: balanced
target_name: shop
training_config:
  num_train_epochs: 5
  learning_rate: 2e-4
  save_strategy: no
  optim: ~
lora_config: { r: 64, use_rslora: true }
quantization_config:
modelfile_config: { stop: ["</s>"], system: "" }
`;

describe("parseSpec", () => {
  it("reads every key", () => {
    expect(parseSpec(yaml, "train.yaml")).toEqual({
      name: "Shop answers",
      model: "starter",
      data: ["a.jsonl", "b.jsonl"],
      check: ["c.jsonl"],
      preset: "balanced",
      target_name: "shop",
      settings: {
        training_config: {
          num_train_epochs: 5,
          learning_rate: 0.0002,
          save_strategy: "no",
          optim: null,
        },
        lora_config: { r: 64, use_rslora: true },
        quantization_config: {},
        modelfile_config: { stop: ["</s>"], system: "" },
      },
    });
  });

  it("reads JSON alike, indented by tabs, too", () => {
    const json = '{\n\t"name": "Sky",\n\t"data": "sky.jsonl",\n\t"lora_config": {"r": 8}\n}\n';
    expect(parseSpec(json, "train.json")).toEqual({
      name: "Sky",
      data: ["sky.jsonl"],
      settings: { lora_config: { r: 8 } },
    });
  });

  it("leaves sections out that the file does not name", () => {
    expect(parseSpec("name: Sky", "s.yaml")).toEqual({ name: "Sky", settings: {} });
  });

  it("resolves aliases", () => {
    const text = "name: Sky\ndata: &d [a.jsonl]\ncheck: *d\n";
    expect(parseSpec(text, "s.yaml")).toMatchObject({ data: ["a.jsonl"], check: ["a.jsonl"] });
  });

  it.each([
    ["name: x\ndat: [a]\n", "spec_key_unknown", "train.yaml:2:1", "data"],
    [
      "name: x\nnum_train_epochs: 3\n",
      "spec_key_unknown",
      "train.yaml:2:1",
      "training_config.num_train_epochs",
    ],
    [
      "name: x\ntraining_config:\n  num_train_epoch: 3\n",
      "parameter_unknown",
      "train.yaml:3:3",
      "training_config.num_train_epochs",
    ],
    [
      "name: x\ntraining_config: { lora_alpha: 3 }\n",
      "parameter_unknown",
      "train.yaml:2:20",
      "lora_config.lora_alpha",
    ],
    [
      "name: x\nlora_config:\n  bias: none\n  r: 1000\n",
      "parameter_range",
      "train.yaml:4:6",
      undefined,
    ],
    ["name: x\nlora_config:\n  r: eight\n", "parameter_type", "train.yaml:3:6", undefined],
    ["name: x\nlora_config: 8\n", "parameter_type", "train.yaml:2:14", undefined],
    ["name: x\nname: y\n", "spec_file_invalid", "train.yaml:2:1", undefined],
    ["name: x\nzzzzzzzzzzzz: y\n", "spec_file_invalid", "train.yaml:2:1", undefined],
    ["name: x\npreset: best\n", "preset_unknown", "train.yaml:2:9", undefined],
    ["name: x\ndata: [1]\n", "spec_file_invalid", "train.yaml:2:7", undefined],
    ["name: x\ndata: []\n", "spec_file_invalid", "train.yaml:2:7", undefined],
    ["name: 5\n", "spec_file_invalid", "train.yaml:1:7", undefined],
    ["name: [x\n", "spec_file_invalid", "train.yaml:2:1", undefined],
    ["data: [a]\n", "project_name_required", "train.yaml:1:1", undefined],
    ["- name\n", "spec_file_invalid", "train.yaml:1:1", undefined],
    ["", "spec_file_invalid", "train.yaml:1:1", undefined],
    [
      "name: x\ntraining_config: { bf16: true, fp16: true }\n",
      "precision_conflict",
      "train.yaml:1:1",
      undefined,
    ],
  ])("refuses %j as %s at %s", (text, code, at, nearest) => {
    const error = failure(text);
    expect([error.code, error.params["at"], error.params["nearest"]]).toEqual([code, at, nearest]);
  });

  it("holds a .json file to JSON", () => {
    expect(failure("name: x\n", "train.json").code).toBe("spec_file_invalid");
  });
});
