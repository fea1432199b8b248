import { decision } from "#contract/decisions.ts";
import type { Resolving } from "./settings.ts";

/** Fewer steps hardly teach anything: 40 short rows, packed, would be three in all. */
const enoughSteps = 30;

export interface Steps {
  optimizerSteps: number;
  stepsPerEpoch: number;
  /** What an epoch goes through: packs, or rows where packing is off. */
  packs: number;
}

interface Choice {
  packing: boolean;
  batch: number;
  accumulation: number;
}

/**
 * Lowers accumulation, batch size and packing, as far as nobody set them, until there are enough
 * optimizer steps, and says what it did. `packs` is the number of packs at the chosen max_length.
 */
export function resolveSteps(
  resolving: Resolving,
  { rows, packs }: Record<"rows" | "packs", number>,
): Steps {
  const { settings, decisions } = resolving;
  const training = settings.training_config;
  const epochs = Number(training["num_train_epochs"]);
  const count = ({ packing, batch, accumulation }: Choice): Steps => {
    const units = packing ? packs : rows;
    const stepsPerEpoch = Math.ceil(units / (batch * accumulation));
    return { stepsPerEpoch, optimizerSteps: stepsPerEpoch * epochs, packs: units };
  };
  const choices = choicesFor(resolving);
  const enough = choices.find((choice) => count(choice).optimizerSteps >= enoughSteps);
  const chosen = enough ?? choices.at(-1);
  if (!chosen) throw new RangeError("there is always one choice: the settings as they are");
  const steps = count(chosen);
  const packed = choices.findLast(({ packing }) => packing);
  if (!chosen.packing && packed) {
    const most = count(packed).optimizerSteps;
    decisions.push(decision("packing_lowered", { steps: most }));
  }
  lower(resolving, "gradient_accumulation_steps", chosen.accumulation, "accumulation_lowered");
  lower(resolving, "per_device_train_batch_size", chosen.batch, "batch_lowered");
  training["packing"] = chosen.packing;
  const { optimizerSteps, stepsPerEpoch: perEpoch } = steps;
  decisions.push(
    enough
      ? decision("steps_planned", { steps: optimizerSteps, epochs, perEpoch })
      : decision("few_steps", { steps: optimizerSteps }),
  );
  return steps;
}

/** The settings as they are, then ever smaller ones: accumulation first, packing last. */
function choicesFor({ settings, isSet }: Resolving): Choice[] {
  const training = settings.training_config;
  const options = (key: string): number[] => {
    const value = Number(training[key]);
    return isSet("training_config", key) ? [value] : halvings(value);
  };
  const packing = Boolean(training["packing"]);
  const packings = isSet("training_config", "packing") || !packing ? [packing] : [true, false];
  const accumulations = options("gradient_accumulation_steps");
  const smallest = accumulations.at(-1) ?? 1;
  const [largestBatch = 1, ...smallerBatches] = options("per_device_train_batch_size");
  return packings.flatMap((packing) => [
    ...accumulations.map((accumulation) => ({ packing, batch: largestBatch, accumulation })),
    ...smallerBatches.map((batch) => ({ packing, batch, accumulation: smallest })),
  ]);
}

function halvings(value: number): number[] {
  return value <= 1 ? [value] : [value, ...halvings(Math.floor(value / 2))];
}

function lower(
  { settings, decisions }: Resolving,
  key: string,
  value: number,
  code: "accumulation_lowered" | "batch_lowered",
): void {
  const before = Number(settings.training_config[key]);
  if (before === value) return;
  settings.training_config[key] = value;
  decisions.push(decision(code, { value, default: before }));
}
