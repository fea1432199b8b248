import { AppError } from "../errors.ts";
import type { Section, SectionValues } from "./types.ts";

export type Configs = Partial<Record<Section, SectionValues>>;

/** What cross-field rules need to know of the model; absent facts are not judged. */
export interface ModelFacts {
  tiedEmbeddings?: boolean;
  linearModules?: readonly string[];
  hasBias?: boolean;
}

/** A named rule over several fields: returns the error that forbids the combination, or undefined. */
export type Rule = (configs: Configs, model: ModelFacts) => AppError | undefined;

const precisionConflict: Rule = ({ training_config: training }) =>
  training?.["fp16"] === true && training["bf16"] === true
    ? new AppError("precision_conflict")
    : undefined;

const embeddings = new Set(["lm_head", "embed_tokens"]);

const tiedTarget: Rule = ({ lora_config: lora }, model) => {
  const targets = lora?.["target_modules"];
  if (!model.tiedEmbeddings || !Array.isArray(targets)) return undefined;
  const module = targets.find((target) => embeddings.has(target));
  return module === undefined ? undefined : new AppError("lora_tied_target", { module });
};

const knownTargets: Rule = ({ lora_config: lora }, model) => {
  const targets = lora?.["target_modules"];
  const { linearModules } = model;
  if (!linearModules || !Array.isArray(targets)) return undefined;
  const module = targets.find(
    (target) => !linearModules.includes(target) && !embeddings.has(target),
  );
  return module === undefined
    ? undefined
    : new AppError("lora_target_unknown", { module, available: linearModules.join(", ") });
};

const rules: Record<string, Rule> = { precisionConflict, tiedTarget, knownTargets };

/** Throws the first broken cross-field rule. `model` may be empty while no model is chosen. */
export function checkRules(configs: Configs, model: ModelFacts = {}): void {
  for (const rule of Object.values(rules)) {
    const error = rule(configs, model);
    if (error) throw error;
  }
}
