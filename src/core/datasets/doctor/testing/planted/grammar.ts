import type { Random } from "./random.ts";

/** What is talked about: every thing goes with every problem of its domain, in sense and grammar. */
export interface Domain {
  /** In the nominative. */
  things: string[];
  /** Verb and what follows it; in German subordinate clauses the two change places. */
  problems: [verb: string, rest: string][];
  /** Object in the accusative and infinitive. */
  tasks: [object: string, verb: string][];
  /** Whole sentences. */
  advice: string[];
}

/** A language's sentences with slots in braces. */
export interface Grammar {
  language: "en" | "de";
  domains: Domain[];
  cities: string[];
  days: string[];
  months: string[];
  names: string[];
  aboutProblem: string[];
  aboutTask: string[];
  openers: string[];
  closers: string[];
}

/** A question with its answer; both of one domain. */
export interface Pair {
  question: string;
  answer: string;
}

/** One question with an answer of three to six sentences. */
export function makePair(grammar: Grammar, random: Random): Pair {
  const domain = random.pick(grammar.domains);
  const fill = (text: string, more: Record<string, string> = {}): string =>
    fillSlots(text, grammar, random, more);
  const thing = fill(random.pick(domain.things));
  const [verb, rest] = random.pick(domain.problems);
  const [object, infinitive] = random.pick(domain.tasks);
  const question = random.chance(0.5)
    ? fill(random.pick(grammar.aboutProblem), {
        thing,
        Thing: upper(thing),
        verb,
        rest: fill(rest),
      })
    : fill(random.pick(grammar.aboutTask), { object: fill(object), verb: infinitive });
  const sentences = [
    random.pick(grammar.openers),
    ...random.sample(domain.advice, random.int(2, 4)),
    random.pick(grammar.closers),
  ];
  return {
    question,
    answer: sentences
      .filter(Boolean)
      .map((text) => fill(text))
      .join(" "),
  };
}

/** Slots of their own for a text; `{n}` is another number each time. */
export function fillSlots(
  text: string,
  { cities, days, months, names }: Grammar,
  random: Random,
  more: Record<string, string> = {},
): string {
  const lists: Record<string, readonly string[]> = {
    city: cities,
    day: days,
    month: months,
    name: names,
  };
  return text.replaceAll(/\{(\w+)\}/g, (_, slot: string) => {
    if (slot === "n") return String(random.int(2, 29));
    const list = lists[slot];
    const value = list ? random.pick(list) : more[slot];
    if (value === undefined) throw new Error(`Unknown slot ${slot} in ${text}`);
    return value;
  });
}

const upper = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
