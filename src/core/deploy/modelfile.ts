import type { ParameterValue, Parameters } from "./create.ts";
import { isGoPrintable } from "./go-printable.ts";
import { parseModelfile } from "./modelfile-parser.ts";

/** Why a value does not survive the way through a Modelfile. */
export type LossReason = "unprintable" | "quotes" | "precision" | "ignored";

export interface ModelfileLoss {
  readonly key: string;
  /** The value as it should be. */
  readonly value: string;
  readonly reason: LossReason;
  /** What `ollama create -f` makes of it instead; null = it does not get there at all. */
  readonly becomes: string | null;
}

export interface Modelfile {
  readonly text: string;
  readonly losses: readonly ModelfileLoss[];
}

/** Still parsed by Ollama's Modelfile reader, then dropped with a warning (parser.go, deprecatedParameters). */
const ignoredParameters: readonly string[] = ["mirostat", "mirostat_tau", "mirostat_eta"];

const sentences: Record<LossReason, string> = {
  unprintable: "has characters that a Modelfile cannot carry",
  quotes: "has quotes and line breaks in an order that a Modelfile cannot carry",
  precision: "has more digits than a Modelfile carries",
  ignored: "is ignored by current versions of Ollama",
};

/**
 * A Modelfile that Ollama reads as exactly these values. Its syntax has no escapes, so each value
 * is written in the first form that reads back equal; one for which there is none is listed in
 * `losses` and named in a comment. `from` is relative to the Modelfile.
 */
export function writeModelfile(
  from: string,
  settings: { parameters: Parameters; system: string },
): Modelfile {
  const lines = [`FROM ${from}`];
  const losses: ModelfileLoss[] = [];
  const lose = (loss: ModelfileLoss): void => {
    losses.push(loss);
    const rest = loss.becomes === null ? "It is left out." : "It stands here in its nearest form.";
    lines.push(`# ${loss.key} ${sentences[loss.reason]}. ${rest}`);
  };

  if (settings.system !== "") {
    const form = writableForm("SYSTEM", settings.system);
    if (form === undefined) {
      // A model without any system prompt would answer far more differently than with the nearest.
      const nearest = printableOnly(settings.system);
      const nearestForm = writableForm("SYSTEM", nearest);
      const becomes = nearestForm === undefined ? null : nearest;
      const reason = nearest === settings.system ? "quotes" : "unprintable";
      lose({ key: "system", value: settings.system, reason, becomes });
      if (nearestForm !== undefined) lines.push(`SYSTEM ${nearestForm}`);
    } else lines.push(`SYSTEM ${form}`);
  }

  for (const [key, value] of Object.entries(settings.parameters)) {
    for (const item of typeof value === "object" ? value : [value]) {
      const { form, loss } = parameterForm(key, item);
      if (loss) lose({ key, value: String(item), ...loss });
      if (form !== undefined) lines.push(`PARAMETER ${key} ${form}`);
    }
  }
  return { text: `${lines.join("\n")}\n`, losses };
}

type Loss = Pick<ModelfileLoss, "reason" | "becomes">;

function parameterForm(
  key: string,
  value: Exclude<ParameterValue, readonly string[]>,
): { form?: string; loss?: Loss } {
  if (typeof value === "string") {
    const form = writableForm(`PARAMETER ${key}`, value);
    if (form !== undefined) return { form };
    const reason = printableOnly(value) === value ? "quotes" : "unprintable";
    return { loss: { reason, becomes: null } };
  }
  const form = String(value);
  if (ignoredParameters.includes(key)) return { form, loss: { reason: "ignored", becomes: null } };
  if (typeof value === "number" && !Number.isInteger(value) && shortestFloat32(value) !== value) {
    const becomes = String(shortestFloat32(value));
    return { form, loss: { reason: "precision", becomes } };
  }
  return { form };
}

function writableForm(instruction: string, value: string): string | undefined {
  return [value, `"${value}"`, `"""${value}"""`].find(
    (form) => readBack(`${instruction} ${form}`) === value,
  );
}

/** The value of the first instruction as it reads with another one after it. */
function readBack(line: string): string | undefined {
  try {
    const commands = parseModelfile(`${line}\nFROM x\n`);
    return commands.length === 2 ? commands[0]?.args : undefined;
  } catch {
    return undefined;
  }
}

function printableOnly(text: string): string {
  return Array.from(text)
    .filter((character) => /[\n\r\t]/.test(character) || isGoPrintable(character))
    .join("");
}

/** Ollama reads fractions as 32-bit floats and writes them with the fewest digits that say the same. */
function shortestFloat32(value: number): number {
  const single = Math.fround(value);
  for (let digits = 1; digits < 9; digits += 1) {
    const candidate = Number(single.toPrecision(digits));
    if (Math.fround(candidate) === single) return candidate;
  }
  return single;
}
