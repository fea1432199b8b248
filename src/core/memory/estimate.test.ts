import { describe, expect, test } from "vitest";
import type { Section, SectionValues } from "#contract/parameters/types.ts";
import { memoryEstimateSchema } from "#contract/memory.ts";
import { sections } from "#contract/parameters/types.ts";
import { startResolving } from "../resolve/settings.ts";
import type { Resolving } from "../resolve/settings.ts";
import { estimateMemory } from "./estimate.ts";
import { modelShape } from "./model-shape.ts";
import { resolveMemory } from "./resolve-memory.ts";
import { assumedSizes, batchSizes } from "./row-sizes.ts";

type Given = Partial<Record<Section, SectionValues>>;

const sizes = {
  hidden_size: 1024,
  intermediate_size: 4096,
  num_hidden_layers: 24,
  num_attention_heads: 16,
  num_key_value_heads: 8,
  vocab_size: 32_000,
  tie_word_embeddings: true,
};
const shape = modelShape({ model_type: "llama", ...sizes }, llamaTensors())!;

function llamaTensors(): Map<string, number[]> {
  const tensors = new Map([["model.embed_tokens.weight", [32_000, 1024]]]);
  for (let layer = 0; layer < 24; layer += 1) {
    const add = (name: string, out: number, into: number) =>
      tensors.set(`model.layers.${layer}.${name}.weight`, [out, into]);
    for (const name of ["q_proj", "o_proj"]) add(`self_attn.${name}`, 1024, 1024);
    for (const name of ["k_proj", "v_proj"]) add(`self_attn.${name}`, 512, 1024);
    for (const name of ["gate_proj", "up_proj"]) add(`mlp.${name}`, 4096, 1024);
    add("mlp.down_proj", 1024, 4096);
  }
  return tensors;
}

const gibi = 2 ** 30;
const resolvingWith = (given: Given, freeBytes = 64 * gibi): Resolving => {
  const configs = Object.fromEntries(sections.map((name) => [name, given[name] ?? {}]));
  const device = {
    type: "cpu",
    name: "Some CPU",
    memoryBytes: 64 * gibi,
    freeBytes,
    threads: 2,
    cores: 2,
    bf16: false,
    fp16: false,
    flags: [],
    reason: "no units for 16 bits",
  } as const;
  return startResolving(configs as Record<Section, SectionValues>, {
    device: { ...device, flags: [] },
  });
};
const estimate = (given: Given) => {
  const { device, settings } = resolvingWith(given);
  return estimateMemory({ device, settings, shape, sizes: trainingAlone, basis: "max_length" });
};
const assumed = (settings: Resolving["settings"]) => assumedSizes(settings, shape.vocabulary);
const trainingAlone = (settings: Resolving["settings"]) => ({
  ...assumed(settings),
  evaluation: undefined,
});
const part = (given: Given, name: string) =>
  estimate(given).parts.find((each) => each.part === name)?.bytes ?? Number.NaN;

describe("an estimate", () => {
  test("counts every tensor once, and its parts add up to the peak", () => {
    const linear = 1024 * 1024 * 2 + 512 * 1024 * 2 + 4096 * 1024 * 3;
    expect(shape.parameters).toBe(24 * linear + 32_000 * 1024);
    expect(shape).toMatchObject({ tied: true, headParameters: 0, headSize: 64 });
    const found = memoryEstimateSchema.parse(estimate({}));
    expect(found.parts.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(found.peakBytes);
    expect(Math.max(...found.phases.map(({ bytes }) => bytes))).toBe(found.peakBytes);
    expect(found.verdict).toBe("fits");
  });

  test("knows each kind of adapter and optimizer", () => {
    const lora = { r: 16, target_modules: ["q_proj"] };
    const given = (optim: string) => ({ lora_config: lora, training_config: { optim } });
    const trained = 24 * 16 * (1024 + 1024);
    expect(part(given("adamw_torch"), "adapter")).toBe(4 * trained);
    expect(part(given("adamw_torch"), "gradients")).toBe(4 * trained);
    expect(part(given("adamw_torch"), "optimizer")).toBe(8 * trained);
    expect(part(given("adamw_8bit"), "optimizer")).toBe(2 * trained);
    expect(part(given("adafactor"), "optimizer")).toBe(4 * 24 * 2 * (1024 + 16));
    expect(part(given("sgd"), "optimizer")).toBe(0);
    const dora = { lora_config: { ...lora, use_dora: true } };
    expect(part(dora, "adapter")).toBe(4 * (trained + 24 * 1024));
    const whole = { lora_config: { ...lora, modules_to_save: ["embed_tokens", "lm_head"] } };
    expect(part(whole, "adapter")).toBe(4 * (trained + 32_000 * 1024));
  });

  test("grows with batch, length, rank and vocabulary, and shrinks in 4 bits and 16", () => {
    const base = estimate({}).peakBytes;
    const peak = (given: Given) => estimate(given).peakBytes;
    expect(peak({ training_config: { per_device_train_batch_size: 4 } })).toBeGreaterThan(base);
    expect(peak({ training_config: { max_length: 2048 } })).toBeGreaterThan(base);
    expect(peak({ lora_config: { r: 256 } })).toBeGreaterThan(base);
    expect(peak({ lora_config: { lora_dropout: 0.1 } })).toBeGreaterThan(
      peak({ lora_config: { lora_dropout: 0 } }),
    );
    expect(peak({ quantization_config: { load_in_4bit: true } })).toBeLessThan(base);
    expect(peak({ training_config: { bf16: true } })).toBeLessThan(base);
    expect(peak({ training_config: { gradient_checkpointing: true } })).toBeLessThan(base);
  });

  test("names what would need less, with what it would need then", () => {
    const { remedies, peakBytes } = estimate({
      training_config: { per_device_train_batch_size: 2, max_length: 512 },
    });
    expect(remedies.map(({ key }) => key)).toEqual([
      "per_device_train_batch_size",
      "gradient_checkpointing",
      "max_length",
      "load_in_4bit",
    ]);
    for (const remedy of remedies) expect(remedy.peakBytes).toBeLessThan(peakBytes);
  });
});

describe("the rows of a plan", () => {
  const rows = [
    { id: "a:1", tokens: 100, supervised: 20, first: 80 },
    { id: "a:2", tokens: 60, supervised: 30, first: 30 },
    { id: "b:1", tokens: 50, supervised: 10, first: 40 },
  ];
  const sizesOf = (training_config: SectionValues) =>
    batchSizes(resolvingWith({ training_config }).settings, {
      rows,
      trainRows: 2,
      fullest,
      vocabulary: 1000,
    });
  const fullest = { "128": { tokens: 100, supervised: 30 } };

  test("unpacked, the longest row counts; side by side also what others learn", () => {
    const alone = { packing: false, per_device_train_batch_size: 1 };
    expect(sizesOf(alone)).toMatchObject({ rows: 1, tokens: 100, learned: 30, masked: false });
    const pair = { packing: false, per_device_train_batch_size: 4 };
    expect(sizesOf(pair)).toMatchObject({ rows: 2, tokens: 100, learned: 70, masked: true });
    expect(sizesOf(alone).evaluation).toEqual({ rows: 1, tokens: 50, learned: 10 });
  });

  test("packed, a pack is no longer than all rows together", () => {
    const packed = { packing: true, per_device_train_batch_size: 4, max_length: 128 };
    expect(sizesOf(packed)).toMatchObject({ rows: 2, tokens: 100, learned: 51, masked: true });
    const long = { packing: true, per_device_train_batch_size: 4, max_length: 1024 };
    expect(sizesOf(long)).toMatchObject({ rows: 1, tokens: 160 });
  });
});

describe("4-bit loading", () => {
  const settings = { training_config: { per_device_train_batch_size: 4 } };
  const resolved = (freeBytes: number, obstacle: string | null = null, given: Given = settings) => {
    const resolving = resolvingWith(given, freeBytes);
    resolving.device.fourBitObstacle = obstacle;
    const memory = resolveMemory(resolving, { shape, sizes: assumed });
    return { ...memory, resolving, codes: resolving.decisions.map(({ code }) => code) };
  };
  // Nothing fits into one byte, not even 4 bits; from what is said then the two needs are known.
  const lowest = (four: boolean) => {
    const { device, settings } = resolvingWith({
      training_config: { per_device_train_batch_size: 1, gradient_checkpointing: true },
      quantization_config: { load_in_4bit: four },
    });
    return estimateMemory({ device, settings, shape, sizes: assumed, basis: "rows" }).peakBytes;
  };

  test("is asked for only where nothing else fits, and is never switched on by itself", () => {
    const [whole, four] = [lowest(false), lowest(true)];
    expect(four).toBeLessThan(whole);
    expect(resolved(whole).fourBit).toBeUndefined();
    const tight = resolved(whole - 1);
    expect(tight.fourBit).toEqual({
      wholeBytes: whole,
      fourBitBytes: four,
      freeBytes: whole - 1,
    });
    expect(tight.resolving.settings.quantization_config["load_in_4bit"]).toBe(false);
    expect(resolved(four).fourBit).toBeDefined();
    expect(resolved(four - 1).fourBit).toBeUndefined();
    const chosen = { quantization_config: { load_in_4bit: true } };
    expect(resolved(four, null, chosen).fourBit).toBeUndefined();
  });

  test("is not offered where it cannot be, and that is said", () => {
    const { fourBit, codes, estimate } = resolved(lowest(true), "bitsandbytes is not installed");
    expect(fourBit).toBeUndefined();
    expect(codes).toContain("four_bit_impossible");
    expect(estimate?.remedies.map(({ key }) => key)).not.toContain("load_in_4bit");
  });
});

describe("gradient checkpointing", () => {
  const at = (freeBytes: number, training_config: SectionValues = {}) => {
    const resolving = resolvingWith({ training_config }, freeBytes);
    const { estimate: memory } = resolveMemory(resolving, { shape, sizes: assumed });
    return { ...resolving, memory, codes: resolving.decisions.map(({ code }) => code) };
  };

  test("is on where the run would not fit without, and that is said", () => {
    const roomy = at(64 * gibi);
    expect(roomy.settings.training_config["gradient_checkpointing"]).toBe(false);
    expect(roomy.codes).toEqual(["memory_planned"]);
    const tight = at(3 * gibi);
    expect(tight.settings.training_config["gradient_checkpointing"]).toBe(true);
    expect(tight.codes[0]).toBe("checkpointing_memory");
    const set = at(3 * gibi, { gradient_checkpointing: false });
    expect(set.settings.training_config["gradient_checkpointing"]).toBe(false);
    expect(set.memory?.verdict).toBe("too_large");
    expect(set.codes).toEqual(["memory_short"]);
  });

  test("is off where nothing is known of the model", () => {
    const resolving = resolvingWith({}, gibi);
    expect(resolveMemory(resolving, { shape: undefined, sizes: assumed })).toEqual({});
    expect(resolving.settings.training_config["gradient_checkpointing"]).toBe(false);
  });
});
