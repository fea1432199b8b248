import { AppError } from "#contract/errors.ts";
import { unicodeForms, type UnicodeForm } from "#contract/ollama-proof.ts";
import type { Parameters, ParameterValue } from "./create.ts";
import { goUnquote } from "./go-quote.ts";
import { askJson } from "./http.ts";

/** What Ollama says about a model, as far as deploying needs it. */
export interface ShownModel {
  readonly parameters: Parameters;
  readonly system: string;
  /** The template that Ollama renders conversations with. */
  readonly template: string;
  /** Whether Ollama attached a Go template, which overrides the one inside the GGUF. */
  readonly hasAttachedTemplate: boolean;
  readonly capabilities: readonly string[];
  /** The architecture as Ollama names it, such as `qwen3`. */
  readonly family: string;
  readonly addsBeginToken: boolean | null;
  readonly beginTokenId: number | null;
  /** The longest context that the model itself allows; Ollama makes none longer. */
  readonly contextLength: number | null;
  /** The Unicode form that training's tokenizer puts text into and Ollama does not. */
  readonly unicodeForm: UnicodeForm | null;
}

export interface SettingDifference {
  readonly key: string;
  readonly sent: ParameterValue | null;
  readonly got: ParameterValue | null;
}

interface ShowReply {
  readonly parameters?: string;
  readonly system?: string;
  readonly template?: string;
  readonly modelfile?: string;
  readonly capabilities?: string[];
  readonly details?: { readonly family?: string };
  readonly model_info?: Record<string, unknown>;
}

/** What Ollama shows where no template layer exists (template.DefaultTemplate). */
const noTemplate = "{{ .Prompt }}";

/** Read a model back. Errors: ollama_model_missing and those of `askJson`. */
export async function showModel(
  address: string,
  name: string,
  signal?: AbortSignal,
): Promise<ShownModel> {
  const json = { model: name };
  const question = { method: "POST", path: "/api/show", json, signal, idleMs: 60_000 } as const;
  const reply = await askJson<ShowReply>(address, question).catch((error: unknown) => {
    if (error instanceof AppError && error.params["status"] === 404) {
      throw new AppError("ollama_model_missing", { name, address });
    }
    throw error;
  });
  const info = reply.model_info ?? {};
  const context = info[`${String(info["general.architecture"])}.context_length`];
  const [adds, begin] = [info["tokenizer.ggml.add_bos_token"], info["tokenizer.ggml.bos_token_id"]];
  return {
    parameters: parseShownParameters(reply.parameters ?? ""),
    system: reply.system ?? "",
    template: reply.template ?? "",
    hasAttachedTemplate: hasAttachedTemplate(reply.modelfile ?? ""),
    capabilities: reply.capabilities ?? [],
    family: reply.details?.family ?? "",
    addsBeginToken: typeof adds === "boolean" ? adds : null,
    beginTokenId: typeof begin === "number" ? begin : null,
    contextLength: typeof context === "number" ? context : null,
    unicodeForm: unicodeForms.find((form) => form === info["tunesmith.unicode_form"]) ?? null,
  };
}

/**
 * The `parameters` text of /api/show: one line per value, a list as several lines of the same key.
 * Ollama writes each with Go's `%-30s %#v` (server/routes.go), so strings are Go literals.
 */
export function parseShownParameters(text: string): Parameters {
  const values: Record<string, number | string | boolean | string[]> = {};
  for (const line of text.split("\n")) {
    const match = /^(\S+)\s+(.*)$/.exec(line);
    if (!match) continue;
    const [, key = "", literal = ""] = match;
    const value = goValue(literal);
    const earlier = values[key];
    if (typeof value !== "string") values[key] = value;
    else if (Array.isArray(earlier)) earlier.push(value);
    else values[key] = [value];
  }
  return values;
}

function goValue(literal: string): number | boolean | string {
  if (literal === "true" || literal === "false") return literal === "true";
  const number = Number(literal);
  if (literal !== "" && !Number.isNaN(number)) return number;
  return goUnquote(literal) ?? literal;
}

/** Every setting that came back otherwise than it was sent, and every one that was never sent. */
export function compareSettings(
  sent: { parameters: Parameters; system: string },
  shown: Pick<ShownModel, "parameters" | "system">,
): SettingDifference[] {
  const keys = new Set([...Object.keys(sent.parameters), ...Object.keys(shown.parameters)]);
  const differences: SettingDifference[] = [];
  for (const key of [...keys].sort()) {
    const [ours, theirs] = [sent.parameters[key] ?? null, shown.parameters[key] ?? null];
    if (!isSameValue(ours, theirs)) differences.push({ key, sent: ours, got: theirs });
  }
  if (sent.system !== shown.system) {
    differences.push({ key: "system", sent: sent.system, got: shown.system });
  }
  return differences;
}

function isSameValue(left: ParameterValue | null, right: ParameterValue | null): boolean {
  if (typeof left !== "object" && typeof right !== "object") return left === right;
  // An empty list leaves no line behind, and a text stands there as a list of one.
  const [ours, theirs] = [asList(left), asList(right)];
  return ours.length === theirs.length && ours.every((item, index) => item === theirs[index]);
}

function asList(value: ParameterValue | null): readonly (number | string | boolean)[] {
  if (value === null) return [];
  return typeof value === "object" ? value : [value];
}

/** The Modelfile that Ollama shows has a TEMPLATE line always; without a layer it is the default. */
function hasAttachedTemplate(modelfile: string): boolean {
  const line = /^TEMPLATE (.*)$/m.exec(modelfile)?.[1];
  return line !== undefined && line !== noTemplate;
}
