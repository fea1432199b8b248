import type { DeviceReply } from "#contract/trainer.ts";
import { parameterCount, type TrainableSizes } from "./trainable-sizes.ts";

/** Something worth knowing that nothing needs to be done about. */
export interface DoctorNote {
  code: keyof typeof sentences;
  params: Record<string, string>;
  message: string;
}

const sentences = {
  trains_both:
    "Can train models of up to about {qlora} parameters in 4 bits (QLoRA), or {lora} with weights in {bits} bits (LoRA); the {limit} sets the limit.",
  trains_lora:
    "Can train models of up to about {lora} parameters with weights in {bits} bits (LoRA); the {limit} sets the limit.",
  trains_nothing: "Too little is free to train any model: the {limit} sets the limit.",
  guessed: "This is an estimate: the training engine could not be asked.",
  slow_on_cpu:
    "Training runs on the processor: the starter model takes seconds, one of 1 B parameters takes hours.",
  mac_no_4bit:
    "On Apple silicon training uses the processor's defaults, and no 4-bit weights: bitsandbytes has no kernels for it.",
  windows_no_cuda:
    "PyTorch from the package index has no CUDA on Windows, so an NVIDIA GPU stays unused there; WSL 2 uses it.",
  platform_untested: "Tunesmith was made to run on {platform}, but has not been tested there yet.",
};

/** Tested ones; everywhere else the known gaps are said. */
const tested = ["linux-x64"];

/** Notes on what a machine can do and cannot, in the order in which they are read. */
export function doctorNotes(
  device: DeviceReply,
  sizes: TrainableSizes,
  { guessed, platform }: { guessed: boolean; platform: string },
): DoctorNote[] {
  const notes = [sizesNote(sizes)];
  if (guessed) notes.push(note("guessed"));
  if (device.type === "cpu") notes.push(note("slow_on_cpu"));
  if (platform.startsWith("darwin")) notes.push(note("mac_no_4bit"));
  if (platform.startsWith("win32")) notes.push(note("windows_no_cuda"));
  if (!tested.includes(platform)) notes.push(note("platform_untested", { platform }));
  return notes;
}

function sizesNote({ lora, qlora, weightBytes, limitedBy }: TrainableSizes): DoctorNote {
  const limit = { device: "device's memory", memory: "machine's memory", disk: "free disk" };
  const params = {
    lora: parameterCount(lora),
    qlora: parameterCount(qlora ?? 0),
    bits: String(8 * weightBytes),
    limit: limit[limitedBy],
  };
  // The starter model, the smallest there is, has 3.3 million.
  if (Math.max(lora, qlora ?? 0) < 4e6) return note("trains_nothing", params);
  return note(qlora === undefined || qlora === lora ? "trains_lora" : "trains_both", params);
}

function note(code: DoctorNote["code"], params: Record<string, string> = {}): DoctorNote {
  const message = sentences[code].replace(
    /\{(\w+)\}/g,
    (mark, name: string) => params[name] ?? mark,
  );
  return { code, params, message };
}
