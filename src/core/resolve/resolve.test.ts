import { describe, expect, test } from "vitest";
import { registry } from "#contract/parameters/registry.ts";
import { sections } from "#contract/parameters/types.ts";
import type { Section, SectionValues } from "#contract/parameters/types.ts";
import {
  chatTemplate,
  fastCpu,
  mac,
  newGpu,
  oldGpu,
  plainCpu,
  smallModel,
} from "../testing/facts.ts";
import { resolveDeviceLimits } from "./device-limits.ts";
import { resolveKnown } from "./effective.ts";
import type { DeviceReply } from "./facts.ts";
import { resolveMaxLength, rowLimit } from "./max-length.ts";
import { resolveModelChoices } from "./model-choices.ts";
import { resolvePrecision } from "./precision.ts";
import { startResolving } from "./settings.ts";
import type { Circumstances } from "./settings.ts";
import { resolveSteps } from "./steps.ts";

type Given = Partial<Record<Section, SectionValues>>;
const none = {
  training_config: {},
  lora_config: {},
  quantization_config: {},
  modelfile_config: {},
};
const start = (given: Given = {}, at: Partial<Circumstances> = {}) =>
  startResolving({ ...none, ...given }, { device: plainCpu, ...at });
const codes = ({ decisions }: ReturnType<typeof start>) => decisions.map(({ code }) => code);

test("every key of every section is resolved, for each device and with or without a model", () => {
  for (const device of [plainCpu, fastCpu, oldGpu, newGpu, mac]) {
    for (const facts of [{}, { model: smallModel, template: chatTemplate }]) {
      const settings = resolveKnown(none, { device, ...facts });
      for (const section of sections) {
        for (const { key, default: rule, schema } of registry[section]) {
          const value = settings[section][key];
          const unset = rule.kind === "fixed" && rule.value === null;
          expect(value === null ? unset : schema.safeParse(value).success, key).toBe(true);
        }
      }
    }
  }
});

describe("precision", () => {
  test.each<[string, DeviceReply, SectionValues, string, string]>([
    ["the best of the device", plainCpu, {}, "fp32", "precision_automatic"],
    ["the best of the device", fastCpu, {}, "bf16", "precision_automatic"],
    ["the best of the device", oldGpu, {}, "fp16", "precision_automatic"],
    ["the best of the device", newGpu, {}, "bf16", "precision_automatic"],
    ["the best of the device", mac, {}, "fp32", "precision_automatic"],
    ["both off", newGpu, { bf16: false, fp16: false }, "fp32", "precision_chosen"],
    ["one explicitly off", newGpu, { bf16: false }, "fp16", "precision_automatic"],
    ["one explicitly off", fastCpu, { bf16: false }, "fp32", "precision_automatic"],
    ["explicitly on", newGpu, { fp16: true }, "fp16", "precision_chosen"],
    ["explicitly on, slow", plainCpu, { bf16: true }, "bf16", "precision_chosen"],
    ["not possible", oldGpu, { bf16: true }, "fp16", "precision_fallback"],
    ["not possible", mac, { fp16: true }, "fp32", "precision_fallback"],
  ])("%s on %j", (_name, device, training_config, mode, code) => {
    const resolving = start({ training_config }, { device });
    const precision = resolvePrecision(resolving);
    expect(precision).toMatchObject({ mode, autocast: mode !== "fp32" });
    expect(codes(resolving)).toEqual([code]);
    // What the trainer is told agrees with the mode.
    const { bf16, fp16 } = resolving.settings.training_config;
    expect([bf16, fp16]).toEqual([mode === "bf16", mode === "fp16"]);
  });
});

describe("what a device cannot do", () => {
  test.each<[DeviceReply, string, string]>([
    [plainCpu, "float16", "float32"],
    [fastCpu, "float16", "bfloat16"],
    [fastCpu, "float32", "float32"],
    [oldGpu, "float16", "float16"],
    [oldGpu, "bfloat16", "float16"],
    [newGpu, "bfloat16", "bfloat16"],
  ])("on %j, 4-bit compute in %s becomes %s", (device, wanted, chosen) => {
    const quantization_config = { load_in_4bit: true, bnb_4bit_compute_dtype: wanted };
    const resolving = start({ quantization_config }, { device });
    resolveDeviceLimits(resolving);
    expect(resolving.settings.quantization_config["bnb_4bit_compute_dtype"]).toBe(chosen);
    expect(codes(resolving)).toEqual(wanted === chosen ? [] : ["compute_dtype_fallback"]);
  });

  test("paged optimizers and 4-bit weights are replaced and said", () => {
    const given = {
      training_config: { optim: "paged_adamw_8bit" },
      quantization_config: { load_in_4bit: true },
    };
    const onCpu = start(given, { device: fastCpu });
    resolveDeviceLimits(onCpu);
    expect(onCpu.settings.training_config["optim"]).toBe("adamw_8bit");
    expect(codes(onCpu)).toContain("optimizer_unpaged");
    const onMac = start(given, { device: mac });
    resolveDeviceLimits(onMac);
    expect(onMac.settings.training_config["optim"]).toBe("adamw_torch");
    expect(onMac.settings.quantization_config["load_in_4bit"]).toBe(false);
    expect(codes(onMac)).toEqual(["four_bit_off", "optimizer_fallback"]);
    const onGpu = start(given, { device: newGpu });
    resolveDeviceLimits(onGpu);
    expect(onGpu.settings.training_config["optim"]).toBe("paged_adamw_8bit");
    expect(codes(onGpu)).toEqual([]);
  });
});

describe("what follows from the model", () => {
  const facts = { model: smallModel, template: chatTemplate };

  test("all its linear layers, its stop tokens beside the user's own, a format by size", () => {
    const given = {
      modelfile_config: { stop: ["END", "<|im_end|>"] },
      quantization_config: { output_quantization: "auto" },
    };
    const resolving = start(given, facts);
    resolveModelChoices(resolving);
    const { settings } = resolving;
    expect(settings.lora_config["target_modules"]).toEqual(["down_proj", "q_proj", "v_proj"]);
    expect(settings.modelfile_config["stop"]).toEqual(["END", "<|im_end|>"]);
    expect(settings.quantization_config["output_quantization"]).toBe("q8_0");
    const large = start(given, { model: { ...smallModel, parameters: 7e9 } });
    resolveModelChoices(large);
    expect(large.settings.quantization_config["output_quantization"]).toBe("q4_k_m");
  });

  test("an empty stop list means the template's tokens alone", () => {
    const resolving = start({ modelfile_config: { stop: [] } }, facts);
    resolveModelChoices(resolving);
    expect(resolving.settings.modelfile_config["stop"]).toEqual(["<|im_end|>"]);
  });

  test("a template without system prompt serves none; effects that are none are said", () => {
    const given = {
      lora_config: { bias: "all" },
      modelfile_config: { mirostat: 2, num_ctx: 4096 },
    };
    const template = { ...chatTemplate, system: "rejected" as const };
    const resolving = start(given, { model: smallModel, template });
    resolveModelChoices(resolving);
    expect(resolving.settings.modelfile_config["system"]).toBe("");
    expect(codes(resolving)).toEqual([
      "target_modules_all",
      "bias_without_effect",
      "num_ctx_positions",
      "system_rejected",
      "mirostat_ignored",
    ]);
  });
});

describe("max_length", () => {
  const lengths = (short: number, long: number, of: number) => [
    ...Array.from({ length: of }, () => short),
    long,
  ];
  test.each<[string, number[], number, number]>([
    ["short rows", lengths(30, 40, 50), 0, 512],
    ["a single outlier in 200", lengths(30, 5000, 200), 0, 512],
    ["a long row in 20", lengths(30, 700, 20), 0, 1024],
    ["rows at the border", lengths(1024, 1024, 5), 0, 1024],
    ["rows that no length holds", lengths(30, 9000, 5), 0, 512],
    ["long rows beside one that no length holds", lengths(6000, 9000, 5), 0, 8192],
    ["a row longer than the model's positions", lengths(30, 3000, 5), 2048, 512],
    ["long rows within the model's positions", lengths(30, 1500, 5), 2048, 2048],
    ["a model with few positions", lengths(30, 40, 5), 256, 256],
    ["positions between two lengths", lengths(30, 40, 5), 1000, 512],
  ])("%s", (_name, tokens, maxPositions, expected) => {
    const resolving = start({}, { model: { ...smallModel, maxPositions } });
    resolveMaxLength(resolving, tokens);
    expect(resolving.settings.training_config["max_length"]).toBe(expected);
  });

  test("a length that is set stays, unless the model has fewer positions", () => {
    const given = { training_config: { max_length: 4096 } };
    const free = start(given);
    resolveMaxLength(free, [30]);
    expect(free.settings.training_config["max_length"]).toBe(4096);
    const bound = start(given, { model: smallModel });
    resolveMaxLength(bound, [30]);
    expect(bound.settings.training_config["max_length"]).toBe(2048);
    expect(codes(bound)).toEqual(["max_length_positions"]);
    const tiny = start({}, { model: { ...smallModel, maxPositions: 64 } });
    resolveMaxLength(tiny, [30]);
    expect(rowLimit(tiny)).toBe(64);
  });
});

describe("optimizer steps", () => {
  const steps = (
    given: SectionValues,
    count: { rows: number; packs: number },
    device = plainCpu,
  ) => {
    const resolving = start({ training_config: given }, { device });
    const result = resolveSteps(resolving, count);
    const { packing, gradient_accumulation_steps: accumulation } =
      resolving.settings.training_config;
    const batch = resolving.settings.training_config["per_device_train_batch_size"];
    return { ...result, packing, accumulation, batch, codes: codes(resolving) };
  };

  test("enough rows: nothing is lowered", () => {
    expect(steps({}, { rows: 4000, packs: 200 })).toMatchObject({
      optimizerSteps: 150,
      stepsPerEpoch: 50,
      packs: 200,
      packing: true,
      accumulation: 4,
      codes: ["steps_planned"],
    });
  });

  test("accumulation first", () => {
    expect(steps({}, { rows: 400, packs: 20 })).toMatchObject({
      optimizerSteps: 30,
      packing: true,
      accumulation: 2,
      codes: ["accumulation_lowered", "steps_planned"],
    });
  });

  test("then the batch size", () => {
    expect(steps({}, { rows: 400, packs: 20 }, newGpu)).toMatchObject({
      optimizerSteps: 30,
      accumulation: 1,
      batch: 2,
      codes: ["accumulation_lowered", "batch_lowered", "steps_planned"],
    });
  });

  test("packing last: 40 short rows would be three packs", () => {
    expect(steps({}, { rows: 40, packs: 3 })).toMatchObject({
      optimizerSteps: 30,
      packs: 40,
      packing: false,
      accumulation: 4,
      codes: ["packing_lowered", "steps_planned"],
    });
  });

  test("what a person set is never lowered; too few steps are said", () => {
    const given = { packing: true, gradient_accumulation_steps: 4, num_train_epochs: 1 };
    expect(steps(given, { rows: 40, packs: 3 })).toMatchObject({
      optimizerSteps: 1,
      packing: true,
      accumulation: 4,
      codes: ["few_steps"],
    });
    expect(steps({}, { rows: 4, packs: 1 })).toMatchObject({
      optimizerSteps: 12,
      packing: false,
      accumulation: 1,
      codes: ["packing_lowered", "accumulation_lowered", "few_steps"],
    });
  });
});
