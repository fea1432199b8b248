import type { Section, SectionValues } from "#contract/parameters/types.ts";
import type { Project } from "#contract/project.ts";
import type { DeviceReply, InspectReply } from "#contract/trainer.ts";
import { inspectIfPossible } from "../models/inspect.ts";
import { configsOf } from "../projects/patch.ts";
import { readOrGuessDevice } from "../trainer/device.ts";
import type { Workspace } from "../workspace.ts";
import { resolveDeviceLimits } from "./device-limits.ts";
import { resolveMaxLength, rowLimit } from "./max-length.ts";
import { resolveModelChoices } from "./model-choices.ts";
import { resolvePrecision } from "./precision.ts";
import { startResolving } from "./settings.ts";
import type { Circumstances, EffectiveSettings } from "./settings.ts";

/**
 * Every setting with its default resolved, as far as that is possible without reading the rows.
 * Device and model are read where they are not given; what cannot be found out stays at its plain
 * default, so this works without an engine.
 */
export async function effectiveSettings(
  ws: Workspace,
  project: Project,
  device?: DeviceReply,
  facts?: Pick<InspectReply, "model" | "template">,
): Promise<EffectiveSettings> {
  const known = facts ?? (await inspectIfPossible(ws, project.model));
  return resolveKnown(configsOf(project), {
    device: device ?? (await readOrGuessDevice(ws)),
    ...known,
  });
}

/** The same from facts alone. */
export function resolveKnown(
  configs: Record<Section, SectionValues>,
  circumstances: Circumstances,
): EffectiveSettings {
  return resolveWithRows(configs, circumstances, []).settings;
}

/** The same where the lengths of the rows are known, and the most tokens that a row may have. */
export function resolveWithRows(
  configs: Record<Section, SectionValues>,
  circumstances: Circumstances,
  tokens: readonly number[],
): { settings: EffectiveSettings; limit: number } {
  const resolving = startResolving(configs, circumstances);
  resolvePrecision(resolving);
  resolveDeviceLimits(resolving);
  resolveModelChoices(resolving);
  resolveMaxLength(resolving, tokens);
  return { settings: resolving.settings, limit: rowLimit(resolving) };
}
