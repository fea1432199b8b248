import { expect, test } from "vitest";
import { allParameters, defaultFor, findParameter, registry, sectionSchema } from "./registry.ts";
import { sections, type Parameter } from "./types.ts";

const none = "";

/** Written by hand from the description of the settings: type, default on CUDA / CPU, allowed, control. */
const described: Record<string, Record<string, readonly [string, string, string, string]>> = {
  modelfile_config: {
    temperature: ["float", "0.7", "0 – 2", "number, step 0.1"],
    top_p: ["float", "0.9", "0 – 1", "number, step 0.05"],
    top_k: ["int", "40", "1 – 100", "number"],
    system: ["string", '"You are a helpful assistant."', "≤ 2000 characters", "textarea"],
    stop: ["strings", '["### Question:"]', none, "tags"],
    repeat_penalty: ["float", "1.1", "1 – 2", "number, step 0.05"],
    repeat_last_n: ["int", "64", "0 – 512", "number"],
    num_ctx: ["int", "2048", "2048, 4096, 8192, 16384", "select"],
    min_p: ["float", "null", "0 – 1", "number, step 0.01"],
    num_predict: ["int", "null", "-1 – 16384", "number"],
    seed: ["int", "null", "≥ 0", "number"],
    mirostat: ["int", "null", "0, 1, 2", "select"],
    mirostat_tau: ["float", "null", "0 – 10", "number, step 0.1"],
    mirostat_eta: ["float", "null", "0 – 1", "number, step 0.01"],
  },
  training_config: {
    num_train_epochs: ["int", "3", "1 – 100, warns above 10", "number"],
    per_device_train_batch_size: ["int", "4 / 1", "1 – 16", "number"],
    gradient_accumulation_steps: ["int", "4", "1 – 32", "number"],
    learning_rate: ["float", "0.0002 / 0.0003", "> 0 – 1", "number, step 0.00001"],
    warmup_ratio: ["float", "0.1 / 0.03", "0 – 1", "number, step 0.01"],
    max_length: ["int", "512", "128, 256, 512, 1024, 2048, 4096, 8192", "select"],
    optim: [
      "string",
      '"paged_adamw_8bit" / "adamw_torch"',
      "adamw_torch, adamw_torch_fused, adamw_8bit, paged_adamw_8bit, adafactor, sgd",
      "select",
    ],
    weight_decay: ["float", "0.01", "0 – 0.2", "number, step 0.01"],
    max_grad_norm: ["float", "1", "0.1 – 2", "number, step 0.1"],
    lr_scheduler_type: ["string", '"linear"', "linear, cosine, constant, polynomial", "select"],
    neftune_noise_alpha: ["float", "0", "0 – 20", "number, step 1"],
    seed: ["int", "42", "≥ 0", "number"],
    fp16: ["bool", "false", none, "switch"],
    bf16: ["bool", "false", none, "switch"],
    logging_steps: ["int", "10 / 5", "1 – 1000", "number"],
    save_strategy: ["string", '"epoch"', "no, epoch, steps", "select"],
    save_steps: ["int", "100", "1 – 10000", "number"],
    packing: ["bool", "true", none, "switch"],
    train_on: ["string", '"answers"', "answers, everything", "select"],
    excess_length_strategy: ["string", '"drop"', "drop, truncate", "select"],
    gradient_checkpointing: ["bool", "false", none, "switch"],
    early_stopping_patience: ["int", "0", "0 – 10", "number"],
  },
  lora_config: {
    r: ["int", "32", "4 – 256", "number"],
    lora_alpha: ["int", "64", "8 – 512", "number"],
    lora_dropout: ["float", "0", "0 – 0.5", "number, step 0.01"],
    target_modules: ["strings", "[]", none, "checkboxes"],
    bias: ["string", '"none"', "none, lora_only, all", "select"],
    use_rslora: ["bool", "false", none, "switch"],
    use_dora: ["bool", "false", none, "switch"],
    modules_to_save: ["strings", "[]", "lm_head, embed_tokens", "checkboxes"],
  },
  quantization_config: {
    load_in_4bit: ["bool", "true / false", none, "switch"],
    bnb_4bit_quant_type: ["string", '"nf4"', "nf4, fp4", "select"],
    bnb_4bit_use_double_quant: ["bool", "true", none, "switch"],
    bnb_4bit_compute_dtype: ["string", '"float16"', "float16, bfloat16, float32", "select"],
    output_quantization: [
      "string",
      '"q8_0"',
      "f32, f16, bf16, q8_0, q6_k, q5_k_m, q4_k_m, q4_k_s, auto",
      "select",
    ],
  },
};

function allowed({ minimum, maximum, minimumExclusive, ...rest }: Parameter): string {
  if (rest.options) return rest.options.join(", ");
  if (rest.maxLength !== undefined) return `≤ ${rest.maxLength} characters`;
  if (minimum === undefined) return none;
  const warning = rest.warnAbove === undefined ? "" : `, warns above ${rest.warnAbove}`;
  const range = maximum === undefined ? `≥ ${minimum}` : `${minimum} – ${maximum}`;
  return `${minimumExclusive ? "> " : ""}${range}${warning}`;
}

function defaults(parameter: Parameter): string {
  const [cuda, cpu] = (["cuda", "cpu"] as const).map((device) =>
    JSON.stringify(defaultFor(parameter, device)),
  );
  return cuda === cpu ? String(cuda) : `${cuda} / ${cpu}`;
}

function control({ control, type, step }: Parameter): string {
  if (control !== "number" || (type === "int" && step === 1)) return control;
  return `number, step ${step === 0.00001 ? "0.00001" : step}`;
}

test.each(sections)("%s has the described parameters and no other", (section) => {
  const rows = registry[section].map((one) => [
    one.key,
    [one.type, defaults(one), allowed(one), control(one)],
  ]);
  expect(Object.fromEntries(rows)).toEqual(described[section]);
  expect(rows).toHaveLength(Object.keys(described[section] ?? {}).length);
});

test("automatic are those that device, model or rows decide", () => {
  const automatic = allParameters.filter((one) => one.default.kind === "automatic");
  expect(automatic.map(({ key }) => key).sort()).toEqual(
    ["bf16", "fp16", "gradient_checkpointing", "max_length", "target_modules"].sort(),
  );
});

test("Apple's GPUs take the processor's defaults", () => {
  for (const one of allParameters) expect(defaultFor(one, "mps")).toEqual(defaultFor(one, "cpu"));
});

test.each(allParameters.map((one) => [`${one.section}.${one.key}`, one] as const))(
  "%s takes its own defaults and its bounds, and nothing beyond them",
  (_, parameter) => {
    const takes = (value: unknown) => parameter.schema.safeParse(value).success;
    for (const device of ["cuda", "cpu"] as const) {
      const value = defaultFor(parameter, device);
      if (value !== null) expect(takes(value)).toBe(true);
    }
    const { minimum, maximum, minimumExclusive, options, maxLength, type } = parameter;
    if (options) {
      const wrap = (value: unknown) => (type === "strings" ? [value] : value);
      for (const option of options) expect(takes(wrap(option))).toBe(true);
      expect(takes(wrap(type === "int" ? 3 : "no option"))).toBe(false);
      return;
    }
    const beyond = type === "int" ? 1 : 1e-9;
    if (minimum !== undefined) {
      expect(takes(minimum)).toBe(!minimumExclusive);
      expect(takes(minimum - beyond)).toBe(false);
    }
    if (maximum !== undefined) {
      expect(takes(maximum)).toBe(true);
      expect(takes(maximum + beyond)).toBe(false);
    }
    if (maxLength !== undefined) {
      expect(takes("x".repeat(maxLength))).toBe(true);
      expect(takes("x".repeat(maxLength + 1))).toBe(false);
    }
    if (type === "int") expect(takes((minimum ?? 0) + 0.5)).toBe(false);
  },
);

test("what makes another parameter count is one of its own section, with a value it can have", () => {
  for (const { section, appliesWhen } of allParameters) {
    if (!appliesWhen) continue;
    const other = findParameter(section, appliesWhen.key);
    for (const value of appliesWhen.is) expect(other?.schema.safeParse(value).success).toBe(true);
  }
});

test("a stored section may leave out keys or hold nulls, but no unknown key", () => {
  const schema = sectionSchema("lora_config");
  expect(schema.safeParse({}).success).toBe(true);
  expect(schema.safeParse({ r: null }).success).toBe(true);
  expect(schema.safeParse({ rank: 8 }).success).toBe(false);
});
