import { decision } from "#contract/decisions.ts";
import type { Precision } from "#contract/run.ts";
import type { DeviceReply } from "./facts.ts";
import type { Resolving } from "./settings.ts";

type Mode = Precision["mode"];
type Half = Exclude<Mode, "fp32">;

/**
 * The number format of training. Unset = the device's best; both false = fp32. Afterwards `bf16` and
 * `fp16` say what is really used.
 */
export function resolvePrecision({ settings, decisions, isSet, device }: Resolving): Precision {
  const training = settings.training_config;
  const halves: readonly Half[] = ["bf16", "fp16"];
  const on = halves.find((half) => training[half] === true);
  const off = halves.filter((half) => training[half] === false && isSet("training_config", half));
  const wanted = on ?? (off.length === halves.length ? "fp32" : undefined);
  const mode = wanted === undefined ? bestMode(device, off) : possibleMode(wanted, device);
  const reason = reasonFor(mode, wanted === "fp32", device);
  if (wanted === undefined) {
    decisions.push(decision("precision_automatic", { mode, reason }));
  } else if (mode === wanted) {
    decisions.push(decision("precision_chosen", { mode, reason }));
  } else {
    decisions.push(decision("precision_fallback", { wanted, mode, device: device.name }));
  }
  training["bf16"] = mode === "bf16";
  training["fp16"] = mode === "fp16";
  const weightsDtype = ({ fp32: "float32", bf16: "bfloat16", fp16: "float16" } as const)[mode];
  return { mode, weightsDtype, autocast: mode !== "fp32", reason };
}

/** The fastest format that the device has units for; `off` are those that somebody ruled out. */
function bestMode(device: DeviceReply, off: readonly Half[] = []): Mode {
  if (device.bf16 && !off.includes("bf16")) return "bf16";
  return device.type === "cuda" && device.fp16 && !off.includes("fp16") ? "fp16" : "fp32";
}

/** Processors can compute in both, if slowly; GPUs only in what they were built for. */
function possibleMode(wanted: Mode, device: DeviceReply): Mode {
  if (wanted === "fp32" || device.type === "cpu") return wanted;
  return device[wanted] ? wanted : bestMode(device);
}

const units: Record<string, string> = {
  amx_bf16: "this CPU has AMX",
  avx512_bf16: "this CPU has AVX512-BF16",
};

function reasonFor(mode: Mode, switchedOff: boolean, device: DeviceReply): string {
  if (mode === "fp32") {
    return switchedOff ? "fp32: fp16 and bf16 are switched off" : `fp32: ${device.reason}`;
  }
  if (!device[mode])
    return `${mode} autocast, which this device only emulates: expect it to be slow`;
  const unit = device.flags.map((flag) => units[flag]).find((words) => words !== undefined);
  return `${mode} autocast: ${unit ?? device.reason}`;
}
