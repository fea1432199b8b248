import { expect, test } from "vitest";
import { toErrorBody } from "../errors.ts";
import { checkRules, type Configs, type ModelFacts } from "./rules.ts";

function broken(configs: Configs, model?: ModelFacts) {
  try {
    checkRules(configs, model);
  } catch (error) {
    const { code, params } = toErrorBody(error);
    return { code, ...params };
  }
  return undefined;
}

const targets = (...names: string[]): Configs => ({ lora_config: { target_modules: names } });

test("fp16 and bf16 together are refused; either alone, or both off, is not", () => {
  expect(broken({ training_config: { fp16: true, bf16: true } })).toEqual({
    code: "precision_conflict",
  });
  for (const training_config of [
    { fp16: true, bf16: false },
    { fp16: null, bf16: true },
    { fp16: false, bf16: false },
    {},
  ]) {
    expect(broken({ training_config })).toBeUndefined();
  }
});

test.each(["lm_head", "embed_tokens"])("%s is no target where both share weights", (module) => {
  expect(broken(targets("q_proj", module), { tiedEmbeddings: true })).toEqual({
    code: "lora_tied_target",
    module,
  });
  expect(broken(targets("q_proj", module), { tiedEmbeddings: false })).toBeUndefined();
  expect(broken(targets("q_proj"), { tiedEmbeddings: true })).toBeUndefined();
});

test("a target that the model lacks is refused with those that it has", () => {
  const linearModules = ["qkv_proj", "o_proj"];
  expect(broken(targets("qkv_proj", "q_proj"), { linearModules })).toEqual({
    code: "lora_target_unknown",
    module: "q_proj",
    available: "qkv_proj, o_proj",
  });
  expect(broken(targets("qkv_proj", "lm_head"), { linearModules })).toBeUndefined();
  expect(broken(targets(), { linearModules })).toBeUndefined();
});

test("without a model, nothing is said of targets", () => {
  expect(broken(targets("anything", "lm_head"))).toBeUndefined();
  expect(broken({})).toBeUndefined();
});
