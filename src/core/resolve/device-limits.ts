import { decision } from "#contract/decisions.ts";
import type { Resolving } from "./settings.ts";

/** Replaces what the device cannot do by the nearest thing that it can, and says so. */
export function resolveDeviceLimits({ settings, decisions, isSet, device }: Resolving): void {
  const { training_config: training, quantization_config: quantization } = settings;
  if (device.type === "mps" && quantization["load_in_4bit"] === true) {
    quantization["load_in_4bit"] = false;
    decisions.push(decision("four_bit_off", { device: device.name }));
  }

  const wanted = String(quantization["bnb_4bit_compute_dtype"]);
  const chosen = computeDtype(wanted, device);
  quantization["bnb_4bit_compute_dtype"] = chosen;
  if (chosen !== wanted && quantization["load_in_4bit"] === true) {
    const params = { device: device.name, wanted, chosen };
    decisions.push(decision("compute_dtype_fallback", params));
  }

  const optim = String(training["optim"]);
  if (device.type === "cuda" || !optim.endsWith("_8bit")) return;
  const fallback = device.type === "mps" ? "adamw_torch" : "adamw_8bit";
  if (optim === fallback) return;
  training["optim"] = fallback;
  if (!isSet("training_config", "optim")) return;
  const params = { wanted: optim, chosen: fallback, device: device.name };
  decisions.push(
    decision(fallback === "adamw_8bit" ? "optimizer_unpaged" : "optimizer_fallback", params),
  );
}

function computeDtype(
  wanted: string,
  device: Pick<Resolving["device"], "type" | "bf16" | "fp16">,
): string {
  if (wanted === "float16" && !device.fp16) return device.bf16 ? "bfloat16" : "float32";
  // A processor can compute in bfloat16 without special units, too.
  if (wanted === "bfloat16" && !device.bf16 && device.type !== "cpu") {
    return device.fp16 ? "float16" : "float32";
  }
  return wanted;
}
