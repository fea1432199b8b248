import { describe, expect, it } from "vitest";
import { AppError } from "#contract/errors.ts";
import { parseSettings } from "./parse-setting.ts";

const failure = (...assignments: string[]): AppError => {
  try {
    parseSettings(assignments);
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error("it was accepted");
};

describe("parseSettings", () => {
  it("takes full names and short names that only one section has", () => {
    expect(
      parseSettings(["training_config.num_train_epochs=5", "r=64", "use_rslora=true"]),
    ).toEqual({
      training_config: { num_train_epochs: 5 },
      lora_config: { r: 64, use_rslora: true },
    });
  });

  it("reads each type", () => {
    expect(
      parseSettings([
        "learning_rate=2e-4",
        "packing=false",
        "optim=sgd",
        "target_modules=q_proj, v_proj",
        'stop=["a,b","</s>"]',
        "modules_to_save=[lm_head]",
        "system=You = a helper",
      ]),
    ).toEqual({
      training_config: { learning_rate: 0.0002, packing: false, optim: "sgd" },
      lora_config: { target_modules: ["q_proj", "v_proj"], modules_to_save: ["lm_head"] },
      modelfile_config: { stop: ["a,b", "</s>"], system: "You = a helper" },
    });
  });

  it("puts a parameter back with `default`, and takes empty text and lists", () => {
    expect(parseSettings(["r=default", "system=", "stop="])).toEqual({
      lora_config: { r: null },
      modelfile_config: { system: "", stop: [] },
    });
  });

  it("lets the last of the same key count", () => {
    expect(parseSettings(["r=8", "r=16"])).toEqual({ lora_config: { r: 16 } });
  });

  it("refuses a name that two sections have, naming both", () => {
    const error = failure("seed=1");
    expect(error.code).toBe("bad_request");
    expect(error.message).toContain("training_config.seed or modelfile_config.seed");
  });

  it.each([
    ["num_train_epoch=3", "training_config.num_train_epochs"],
    ["lr=0.001", "training_config.learning_rate"],
    ["training_config.num_train_epoch=3", "training_config.num_train_epochs"],
    ["training_config.lora_alpha=3", "lora_config.lora_alpha"],
    ["traning_config.optim=sgd", "training_config.optim"],
    ["trainer.optim=sgd", "training_config.optim"],
  ])("offers the nearest name for %s", (assignment, nearest) => {
    const error = failure(assignment);
    expect(error.code).toBe("parameter_unknown");
    expect(error.params["nearest"]).toBe(nearest);
  });

  it.each([
    ["r=3", "parameter_range"],
    ["r=many", "parameter_type"],
    ["r=", "parameter_type"],
    ["packing=yes", "parameter_type"],
    ["optim=adam", "parameter_option"],
    ["zzzzzzzz=1", "parameter_unknown_no_match"],
    ["r", "bad_request"],
    ["=4", "bad_request"],
  ])("refuses %s as %s", (assignment, code) => {
    expect(failure(assignment).code).toBe(code);
  });
});
