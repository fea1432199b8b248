import { inSection } from "./build.ts";
import type { Parameter } from "./types.ts";

const { int, float, bool, string, strings } = inSection("lora_config");

export const loraParameters: readonly Parameter[] = [
  int({
    key: "r",
    default: { kind: "fixed", value: 32 },
    minimum: 4,
    maximum: 256,
    scale: "log",
    group: "size",
    tier: 1,
    destination: "trainer",
  }),
  int({
    key: "lora_alpha",
    default: { kind: "fixed", value: 64 },
    minimum: 8,
    maximum: 512,
    scale: "log",
    group: "size",
    tier: 1,
    destination: "trainer",
  }),
  float({
    key: "lora_dropout",
    default: { kind: "fixed", value: 0 },
    minimum: 0,
    maximum: 0.5,
    step: 0.01,
    group: "size",
    tier: 2,
    destination: "trainer",
  }),
  strings({
    key: "target_modules",
    default: { kind: "automatic", fallback: [] },
    control: "checkboxes",
    group: "where",
    tier: 2,
    destination: "trainer",
  }),
  strings({
    key: "modules_to_save",
    default: { kind: "fixed", value: [] },
    control: "checkboxes",
    options: ["lm_head", "embed_tokens"],
    group: "where",
    tier: 3,
    destination: "trainer",
  }),
  string({
    key: "bias",
    default: { kind: "fixed", value: "none" },
    options: ["none", "lora_only", "all"],
    group: "where",
    tier: 3,
    destination: "trainer",
  }),
  bool({
    key: "use_rslora",
    default: { kind: "fixed", value: false },
    group: "variant",
    tier: 2,
    destination: "trainer",
  }),
  bool({
    key: "use_dora",
    default: { kind: "fixed", value: false },
    group: "variant",
    tier: 2,
    destination: "trainer",
  }),
];
