import { english } from "./english.ts";
import { faultKinds, planters, rowOf } from "./faults.ts";
import type { FaultKind, PlantedRow } from "./faults.ts";
import { german } from "./german.ts";
import { makePair } from "./grammar.ts";
import type { Pair } from "./grammar.ts";
import { makeHardPair } from "./hard-pairs.ts";
import { seeded } from "./random.ts";
import type { Random } from "./random.ts";

/** The seeds that detectors are built and tuned with. */
export const buildingSeeds = [11, 23, 37, 58, 71] as const;
/**
 * Seeds for the figure alone. They also draw from phrases of their own. Whoever changes a detector
 * because of what it does on them takes new ones.
 */
export const heldOutSeeds = [90_210, 90_317, 90_455, 90_561, 90_678] as const;

export interface PlantedFault {
  kind: FaultKind;
  /** From 1. */
  line: number;
  /** The sound row that a duplicate or a contradiction belongs to; a finding may name it, too. */
  partner: number | null;
}

export interface PlantedRows {
  rows: PlantedRow[];
  faults: PlantedFault[];
  /** Stop strings of the settings that go with the rows. */
  stop: string[];
}

const withPartner: ReadonlySet<FaultKind> = new Set([
  "exact_duplicate",
  "near_duplicate",
  "conflicting_answers",
]);
const hardShare = 0.08;
const germanShare = 0.5;
/** A duplicate of one word is no news; a partner has this many at least. */
const partnerWords = 25;

/**
 * A file of believable questions and answers, English and German, with faults of twelve kinds
 * planted at random places. No question stands twice, but where that is the fault.
 */
export function plantRows(seed: number, { rows = 5000, faults = 200 } = {}): PlantedRows {
  const random = seeded(seed);
  const heldOut = (heldOutSeeds as readonly number[]).includes(seed);
  const stop = random.pick(["### Question:", "User:", "### Instruction:"]);
  const sound = soundPairs(rows, random);
  const lines = shuffled(rows, random);
  const spoiled = lines.slice(0, faults);
  const spoiledLines = new Set(spoiled);
  const partners = lines.slice(faults).filter((line) => words(sound[line - 1]) >= partnerWords);
  const result: PlantedRows = { rows: sound.map(rowOf), faults: [], stop: [stop] };
  for (const [index, line] of spoiled.entries()) {
    const kind = faultKinds[index % faultKinds.length] ?? "refusal";
    const partner = withPartner.has(kind) ? (partners.pop() ?? null) : null;
    if (partner !== null && spoiledLines.has(partner)) throw new Error("A partner must be sound");
    const own = longPair(sound[line - 1], random);
    const other = sound[(partner ?? line) - 1] ?? own;
    result.rows[line - 1] = planters[kind]({ random, heldOut, stop, own, other });
    result.faults.push({ kind, line, partner });
  }
  result.faults.sort((a, b) => a.line - b.line);
  return result;
}

/** The file itself. */
export const toJsonl = ({ rows }: PlantedRows): string =>
  rows.map((row) => `${JSON.stringify(row)}\n`).join("");

function soundPairs(count: number, random: Random): Pair[] {
  const questions = new Set<string>();
  const pairs: Pair[] = [];
  while (pairs.length < count) {
    const grammar = random.chance(germanShare) ? german : english;
    const pair = random.chance(hardShare)
      ? makeHardPair(grammar, random)
      : makePair(grammar, random);
    const key = pair.question.toLowerCase();
    if (questions.has(key)) continue;
    questions.add(key);
    pairs.push(pair);
  }
  return pairs;
}

/** Faults are planted into rows of ordinary length, so that each kind can be what it is called. */
function longPair(pair: Pair | undefined, random: Random): Pair {
  if (pair && words(pair) >= partnerWords) return pair;
  for (;;) {
    const other = makePair(random.chance(germanShare) ? german : english, random);
    if (words(other) >= partnerWords) return other;
  }
}

function shuffled(count: number, random: Random): number[] {
  return random.sample(
    Array.from({ length: count }, (_, index) => index + 1),
    count,
  );
}

const words = (pair: Pair | undefined): number =>
  pair ? `${pair.question} ${pair.answer}`.split(" ").length : 0;
