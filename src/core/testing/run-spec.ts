import { defaultFor, registry } from "#contract/parameters/registry.ts";
import type { Section } from "#contract/parameters/types.ts";
import { runSpecSchema } from "#contract/run.ts";
import type { RunSpec } from "#contract/run.ts";

/** A valid spec with the defaults of a CPU. */
export function sampleSpec(slug: string, id: string, number: number): RunSpec {
  return runSpecSchema.parse({
    schemaVersion: 1,
    id,
    number,
    createdAt: "2026-11-22T10:00:00.000Z",
    project: { slug, name: slug },
    targetName: slug,
    device: { type: "cpu", name: "CPU", memoryBytes: 2 ** 34, threads: 1 },
    precision: { mode: "fp32", weightsDtype: "float32", autocast: false, reason: "a test" },
    model: { id: "m", path: "/m", sha256: "0", parameters: 1, architecture: "LlamaForCausalLM" },
    training: resolved("training_config"),
    lora: { ...resolved("lora_config"), target_modules: ["q_proj"] },
    quantization: resolved("quantization_config"),
    modelfile: resolved("modelfile_config"),
    data: {
      trainRows: 40,
      checkRows: 0,
      checkSource: "none",
      trainSha256: "0",
      checkSha256: "0",
      files: [],
    },
    template: { sha256: "0", source: "tokenizer_config.json", system: "supported" },
    plan: {
      optimizerSteps: 4,
      stepsPerEpoch: 4,
      packs: 4,
      tokens: 100,
      supervisedTokens: 50,
      exports: "last",
    },
    decisions: [{ code: "steps_planned", params: { steps: 4 }, message: "4 optimizer steps." }],
    checkpointSeconds: 600,
    keepCheckpoints: 3,
    versions: {},
  });
}

function resolved(section: Section): Record<string, unknown> {
  return Object.fromEntries(
    registry[section]
      .map((parameter) => [parameter.key, defaultFor(parameter, "cpu")])
      .filter(([, value]) => value !== null),
  ) as Record<string, unknown>;
}
