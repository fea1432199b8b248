import { decision } from "#contract/decisions.ts";
import { maxLengths } from "#contract/parameters/training.ts";
import type { Resolving } from "./settings.ts";

const usual = 512;
const longest = 8192;
const share = 0.99;

/**
 * max_length: 512, or the next length that holds 99 % of the rows, never more positions than the
 * model knows. Rows that no length could hold do not count. `tokens` are the rows' lengths.
 */
export function resolveMaxLength(resolving: Resolving, tokens: readonly number[]): void {
  const { settings, decisions, isSet, model } = resolving;
  const training = settings.training_config;
  const set = isSet("training_config", "max_length");
  const positions = model?.maxPositions ?? 0;
  const largest = positions === 0 ? longest : largestWithin(positions);
  const fitting = tokens.filter((count) => count <= largest);
  const wanted = set ? Number(training["max_length"]) : coveringLength(fitting);
  const length = Math.min(wanted, largest);
  training["max_length"] = length;
  if (length < wanted) {
    decisions.push(decision("max_length_positions", { length, wanted, positions }));
  } else if (!set && tokens.length > 0) {
    const held = tokens.filter((count) => count <= length).length / tokens.length;
    decisions.push(decision("max_length_covers", { length, share: percent(held) }));
  }
}

/** The most tokens that a row may have: positions may be fewer than the shortest max_length. */
export function rowLimit({ settings, model }: Resolving): number {
  const length = Number(settings.training_config["max_length"]);
  const positions = model?.maxPositions ?? 0;
  return positions === 0 ? length : Math.min(length, positions);
}

function coveringLength(tokens: readonly number[]): number {
  const sorted = Float64Array.from(tokens).sort();
  const needed = sorted[Math.ceil(share * sorted.length) - 1] ?? 0;
  return maxLengths.find((length) => length >= usual && length >= needed) ?? longest;
}

function largestWithin(positions: number): number {
  return maxLengths.findLast((length) => length <= positions) ?? maxLengths[0];
}

/** A share in percent, rounded down, so that 100 means all. */
export function percent(share: number): number {
  return Math.floor(share * 1000) / 10;
}
