import { inSection } from "./build.ts";
import type { Parameter } from "./types.ts";

const { bool, string } = inSection("quantization_config");
const whenIn4bit = { key: "load_in_4bit", is: [true] } as const;

export const quantizationParameters: readonly Parameter[] = [
  bool({
    key: "load_in_4bit",
    default: { kind: "device", cuda: true, cpu: false },
    group: "loading",
    tier: 1,
    destination: "trainer",
  }),
  string({
    key: "bnb_4bit_quant_type",
    default: { kind: "fixed", value: "nf4" },
    options: ["nf4", "fp4"],
    appliesWhen: whenIn4bit,
    group: "loading",
    tier: 3,
    destination: "trainer",
  }),
  bool({
    key: "bnb_4bit_use_double_quant",
    default: { kind: "fixed", value: true },
    appliesWhen: whenIn4bit,
    group: "loading",
    tier: 3,
    destination: "trainer",
  }),
  string({
    key: "bnb_4bit_compute_dtype",
    default: { kind: "fixed", value: "float16" },
    options: ["float16", "bfloat16", "float32"],
    appliesWhen: whenIn4bit,
    group: "loading",
    tier: 2,
    destination: "trainer",
  }),
  string({
    key: "output_quantization",
    default: { kind: "fixed", value: "q8_0" },
    options: ["f32", "f16", "bf16", "q8_0", "q6_k", "q5_k_m", "q4_k_m", "q4_k_s", "auto"],
    group: "output",
    tier: 1,
    destination: "exporter",
  }),
];
