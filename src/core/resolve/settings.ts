import { defaultFor, registry } from "#contract/parameters/registry.ts";
import { sections } from "#contract/parameters/types.ts";
import type { ParameterValue, Section, SectionValues } from "#contract/parameters/types.ts";
import type { ErrorBody } from "#contract/errors.ts";
import type { DeviceReply, ModelFacts, TemplateFacts } from "./facts.ts";

/** Every key of every section; null = unset (only where the default is "unset"). */
export type EffectiveSettings = Record<Section, Record<string, ParameterValue | null>>;

/** What settings are resolved from. Facts that are not known yet are absent. */
export interface Circumstances {
  device: DeviceReply;
  model?: ModelFacts;
  template?: TemplateFacts;
}

/** Settings on their way to be resolved. Each rule reads and writes values and adds decisions. */
export interface Resolving extends Circumstances {
  readonly settings: EffectiveSettings;
  readonly decisions: ErrorBody[];
  /** Whether a person (or a preset) has set the key; then it is not chosen for them. */
  readonly isSet: (section: Section, key: string) => boolean;
}

/** Stored values over the device's defaults, before anything is chosen by itself. */
export function startResolving(
  configs: Record<Section, SectionValues>,
  circumstances: Circumstances,
): Resolving {
  const stored = (section: Section, key: string): ParameterValue | undefined =>
    configs[section][key] ?? undefined;
  const settings = Object.fromEntries(
    sections.map((section) => [
      section,
      Object.fromEntries(
        registry[section].map((parameter) => [
          parameter.key,
          stored(section, parameter.key) ?? defaultFor(parameter, circumstances.device.type),
        ]),
      ),
    ]),
  ) as EffectiveSettings;
  return {
    ...circumstances,
    settings,
    decisions: [],
    isSet: (section, key) => stored(section, key) !== undefined,
  };
}

/** One decision that sums up which defaults count, so that none is applied unseen. */
export function listDefaults({ settings, isSet }: Resolving): string {
  const taken = sections.flatMap((section) =>
    registry[section]
      .filter(({ key }) => !isSet(section, key) && settings[section][key] !== null)
      .map(({ key }) => `${key} ${show(settings[section][key])}`),
  );
  return taken.join(", ");
}

function show(value: ParameterValue | null | undefined): string {
  return Array.isArray(value) ? `[${value.join(" ")}]` : JSON.stringify(value);
}
