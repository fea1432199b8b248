import type { Pair } from "./grammar.ts";
import { controlTokens, foreign, placeholders, refusals, traces } from "./phrases.ts";
import type { Phrases } from "./phrases.ts";
import { makePrivate } from "./private-data.ts";
import type { Random } from "./random.ts";

export const faultKinds = [
  "placeholder_answer",
  "refusal",
  "exact_duplicate",
  "near_duplicate",
  "conflicting_answers",
  "role_order",
  "special_token",
  "trace_in_some",
  "other_language",
  "stop_in_answer",
  "personal_data",
  "copied_answer",
] as const;
export type FaultKind = (typeof faultKinds)[number];

/** A row as it stands in the file. The role is any text, since a wrong one is a fault, too. */
export interface PlantedRow {
  messages: { role: string; content: string }[];
}

export interface Planting {
  random: Random;
  /** Phrases that were not looked at while building. */
  heldOut: boolean;
  /** A stop string of the settings. */
  stop: string;
  /** A sound row, to be spoiled. */
  own: Pair;
  /** Another sound row, which stays in the file. */
  other: Pair;
}

export const rowOf = ({ question, answer }: Pair): PlantedRow => ({
  messages: [
    { role: "user", content: question },
    { role: "assistant", content: answer },
  ],
});

/** How each fault is made. Those that copy `other` make a pair with it. */
export const planters: Record<FaultKind, (planting: Planting) => PlantedRow> = {
  placeholder_answer: (at) => rowOf({ ...at.own, answer: phrase(placeholders, at) }),
  refusal: (at) => rowOf({ ...at.own, answer: phrase(refusals, at) }),
  exact_duplicate: ({ other }) => rowOf(other),
  near_duplicate: ({ other, random }) => rowOf(touchUp(other, random)),
  conflicting_answers: ({ own, other, random }) =>
    rowOf({ question: retyped(other.question, random), answer: own.answer }),
  role_order: (at) => breakOrder(at),
  special_token: (at) => {
    const token = phrase(controlTokens, at);
    const { question, answer } = at.own;
    return at.random.chance(0.6)
      ? rowOf({ question: insert(question, token, at.random), answer })
      : rowOf({ question, answer: `${answer}${token}` });
  },
  trace_in_some: (at) =>
    rowOf({ ...at.own, answer: phrase(traces, at).replace("{}", () => at.own.answer) }),
  other_language: (at) => rowOf({ ...at.own, answer: phrase(foreign, at) }),
  stop_in_answer: ({ own, stop, random }) =>
    rowOf({ ...own, answer: insert(own.answer, `${stop} `, random) }),
  personal_data: ({ own, random, heldOut }) => {
    const sentence = makePrivate(random, heldOut);
    return random.chance(0.3)
      ? rowOf({ ...own, question: `${own.question} ${sentence}` })
      : rowOf({ ...own, answer: `${own.answer} ${sentence}` });
  },
  copied_answer: ({ own, random }) => rowOf({ ...own, answer: copyOf(own.question, random) }),
};

const phrase = ({ building, heldOut }: Phrases, at: Planting): string =>
  at.random.pick(at.heldOut ? heldOut : building);

/** Between two words. */
function insert(text: string, piece: string, random: Random): string {
  const words = text.split(" ");
  const at = random.int(1, Math.max(1, words.length - 1));
  return [...words.slice(0, at), piece, ...words.slice(at)].join(" ").trimEnd();
}

/** The same row as someone would retype it: a word or two changed, dropped or added. */
function touchUp({ question, answer }: Pair, random: Random): Pair {
  const words = answer.split(" ");
  for (let edits = random.int(1, 3); edits > 0; edits -= 1) {
    const at = random.int(0, words.length - 1);
    const kind = random.int(0, 2);
    if (kind === 0) words.splice(at, 1);
    else if (kind === 1) words.splice(at, 0, random.pick(["also", "really", "auch", "noch"]));
    else words[at] = random.pick(["then", "this", "dann", "dies"]);
  }
  return { question: random.chance(0.5) ? question : `${question} `, answer: words.join(" ") };
}

/** The same question in other letters: capitals, blanks, the mark at its end. */
function retyped(question: string, random: Random): string {
  return random.pick([
    question,
    question.toLowerCase(),
    question.replace(/[?.]?$/, " ?"),
    `  ${question.replaceAll(" ", "  ")}`,
  ]);
}

function breakOrder({ own, random }: Planting): PlantedRow {
  const user = { role: "user", content: own.question };
  const assistant = { role: "assistant", content: own.answer };
  const orders: PlantedRow["messages"][] = [
    [assistant, user],
    [user, { role: "user", content: own.answer }, assistant],
    [user, assistant, assistant],
    [user, assistant, user],
    [user, { role: "system", content: "Be brief." }, assistant],
    [
      { ...user, role: "moderator" },
      { ...assistant, role: "guest" },
    ],
    [assistant, user, assistant],
  ];
  return { messages: random.pick(orders) };
}

function copyOf(question: string, random: Random): string {
  return random.pick([
    question,
    question.replace(/\?$/, "."),
    `${question} ${question}`,
    `"${question}"`,
    question.toUpperCase(),
  ]);
}
