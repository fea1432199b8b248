import { decision } from "#contract/decisions.ts";
import type { Resolving } from "./settings.ts";

const largestQ8 = 3_000_000_000;

/** What follows from the model and its template: LoRA's targets, output format, stop tokens, system. */
export function resolveModelChoices(resolving: Resolving): void {
  const { settings, decisions, model, template } = resolving;
  const { lora_config: lora, quantization_config: quantization } = settings;
  const { modelfile_config: modelfile } = settings;

  if (model) {
    const targets = lora["target_modules"];
    if (!Array.isArray(targets) || targets.length === 0) {
      lora["target_modules"] = [...model.linearModules];
      const modules = model.linearModules.join(", ");
      decisions.push(decision("target_modules_all", { modules }));
    }
    if (lora["bias"] !== "none" && !model.hasBias) {
      decisions.push(decision("bias_without_effect", { bias: String(lora["bias"]) }));
    }
    if (quantization["output_quantization"] === "auto") {
      const format = model.parameters <= largestQ8 ? "q8_0" : "q4_k_m";
      quantization["output_quantization"] = format;
      const parameters = model.parameters.toLocaleString("en");
      decisions.push(decision("output_quantization_auto", { format, parameters }));
    }
    const length = Number(modelfile["num_ctx"]);
    if (model.maxPositions > 0 && length > model.maxPositions) {
      const positions = model.maxPositions;
      decisions.push(decision("num_ctx_positions", { length, positions }));
    }
  }

  if (template) {
    const stop = modelfile["stop"];
    const own = Array.isArray(stop) ? stop : [];
    modelfile["stop"] = [...new Set([...own, ...template.stopTokens])];
    if (template.system === "rejected" && modelfile["system"] !== "") {
      modelfile["system"] = "";
      decisions.push(decision("system_rejected"));
    }
  }
  const mirostat = modelfile["mirostat"];
  if (mirostat !== null && mirostat !== 0) decisions.push(decision("mirostat_ignored"));
}
