import { decision } from "#contract/decisions.ts";
import type { Precision } from "#contract/run.ts";
import type { DeviceReply } from "./facts.ts";
import type { Resolving } from "./settings.ts";

type Mode = Precision["mode"];

/**
 * The number format of training. Unset = the device's best; both false = fp32. Afterwards `bf16` and
 * `fp16` say what is really used.
 */
export function resolvePrecision(resolving: Resolving): Precision {
  const { settings, decisions, isSet, device } = resolving;
  const training = settings.training_config;
  const wanted = wantedMode(
    training,
    isSet("training_config", "bf16"),
    isSet("training_config", "fp16"),
  );
  const mode = wanted === undefined ? bestMode(device) : possibleMode(wanted, device);
  const reason = reasonFor(mode, wanted !== undefined, device);
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

/** undefined = automatic: nothing is switched on, and at least one is not explicitly off. */
function wantedMode(
  training: Record<string, unknown>,
  bf16Set: boolean,
  fp16Set: boolean,
): Mode | undefined {
  if (training["bf16"] === true) return "bf16";
  if (training["fp16"] === true) return "fp16";
  return bf16Set && fp16Set ? "fp32" : undefined;
}

function bestMode(device: DeviceReply): Mode {
  if (device.bf16) return "bf16";
  return device.type === "cuda" && device.fp16 ? "fp16" : "fp32";
}

/** Processors can compute in both, if slowly; GPUs only in what they were built for. */
function possibleMode(wanted: Mode, device: DeviceReply): Mode {
  if (wanted === "fp32" || device.type === "cpu") return wanted;
  return device[wanted] ? wanted : bestMode(device);
}

function reasonFor(mode: Mode, chosen: boolean, device: DeviceReply): string {
  if (mode === "fp32") return chosen ? "fp16 and bf16 are switched off" : device.reason;
  if (device[mode]) return `${mode} autocast: ${device.reason}`;
  return `${mode} autocast, which this device only emulates: expect it to be slow`;
}
