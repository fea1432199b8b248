import type { MemoryEstimate } from "#contract/memory.ts";
import type { Section, SectionValues } from "#contract/parameters/types.ts";
import type { ModelShape } from "../memory/model-shape.ts";
import { resolveMemory } from "../memory/resolve-memory.ts";
import { assumedSizes } from "../memory/row-sizes.ts";
import { resolveDeviceLimits } from "../resolve/device-limits.ts";
import type { DeviceReply } from "../resolve/facts.ts";
import { resolveMaxLength } from "../resolve/max-length.ts";
import { resolvePrecision } from "../resolve/precision.ts";
import { startResolving } from "../resolve/settings.ts";

/** What the estimate of a model was made with, for words beside it. */
export interface NeedSettings {
  maxLength: number;
  fourBit: boolean;
  rank: number;
}

/**
 * What training any model of this shape would need with these settings, before anything of it was downloaded.
 */
export function memoryNeed(
  configs: Record<Section, SectionValues>,
  device: DeviceReply,
  shape: ModelShape,
): { estimate: MemoryEstimate; settings: NeedSettings } {
  const resolving = startResolving(configs, { device });
  resolvePrecision(resolving);
  resolveDeviceLimits(resolving);
  resolveMaxLength(resolving, []);
  const { training_config: training, lora_config: lora, quantization_config } = resolving.settings;
  const { estimate } = resolveMemory(resolving, {
    shape,
    sizes: (settings) => assumedSizes(settings, shape.vocabulary),
  });
  if (!estimate) throw new Error("a known shape always has an estimate");
  return {
    estimate,
    settings: {
      maxLength: Number(training["max_length"]),
      fourBit: Boolean(quantization_config["load_in_4bit"]),
      rank: Number(lora["r"]),
    },
  };
}
