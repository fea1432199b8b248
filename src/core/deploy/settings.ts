import type { ParameterValue, Parameters } from "./create.ts";

/** What goes to Ollama beside the weights. */
export interface ModelSettings {
  readonly parameters: Parameters;
  readonly system: string;
}

export interface SettingsSource {
  /** The effective modelfile_config; null and absent keys are left to Ollama. */
  readonly modelfile: Readonly<Record<string, ParameterValue | null | undefined>>;
  /** Texts of the tokens that end an answer; they are stops always. */
  readonly stopTokens: readonly string[];
  /** Training leaves the system prompt out where the template takes none; so must Ollama. */
  readonly takesSystem: boolean;
}

/** The parameters and the system prompt that a run's model is served with. */
export function modelSettings({
  modelfile,
  stopTokens,
  takesSystem,
}: SettingsSource): ModelSettings {
  const { system, stop, ...rest } = modelfile;
  const parameters: Record<string, ParameterValue> = {};
  for (const [key, value] of Object.entries(rest)) {
    if (value !== null && value !== undefined) parameters[key] = value;
  }
  const stops = [...(Array.isArray(stop) ? (stop as readonly string[]) : []), ...stopTokens];
  parameters["stop"] = [...new Set(stops)];
  return { parameters, system: takesSystem && typeof system === "string" ? system : "" };
}
