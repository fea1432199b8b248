import {
  answer,
  readTokens,
  type AnswerToken,
  type ChatPart,
  type LogprobReply,
  type TokenChance,
} from "./chat.ts";
import type { Parameters } from "./create.ts";
import type { HeldOutAnswer } from "./golden.ts";
import { askJson } from "./http.ts";

/**
 * Builds and devices round differently, so equal models may part where the two best tokens are
 * nearly as likely; wider apart it is a fault.
 */
const nearTieGap = 0.05;

export interface GreedyLimits {
  /** Tokens after which both sides were cut. */
  readonly limit: number;
  /** Stop texts that llama.cpp was given beside the model's own end tokens. */
  readonly stop: readonly string[];
}

/** Where an answer parts: what was common, the token Ollama took, and the likeliest ones there. */
export interface Parting {
  readonly common: string;
  /** The token's position in the answer. */
  readonly index: number;
  /** null = Ollama's answer ends here. */
  readonly got: AnswerToken | null;
  readonly best: readonly TokenChance[];
}

export type GreedyResult =
  | { readonly result: "equal"; readonly promptTokens: number }
  | { readonly result: "near_tie" | "parted"; readonly promptTokens: number; readonly at: Parting };

export interface GreedyRest {
  /** The prompt as Ollama renders it for the messages. */
  readonly prompt: () => Promise<string>;
  /** Options that the model is loaded with already; others would load it anew. */
  readonly context: Parameters;
  readonly signal?: AbortSignal | undefined;
}

/** No penalties and no chance: the likeliest token each time, as llama.cpp was asked. */
function greedyOptions({ limit, stop }: GreedyLimits): Parameters {
  return {
    temperature: 0,
    repeat_penalty: 1,
    presence_penalty: 0,
    frequency_penalty: 0,
    num_predict: limit,
    stop,
  };
}

/** Let Ollama answer a held-out prompt greedily and compare with llama.cpp's answer. */
export async function compareAnswer(
  address: string,
  model: string,
  expected: HeldOutAnswer,
  limits: GreedyLimits,
  rest: GreedyRest,
): Promise<GreedyResult> {
  const { messages } = expected;
  const options = { ...rest.context, ...greedyOptions(limits) };
  const given = await answer(address, {
    model,
    messages,
    options,
    topTokens: 2,
    signal: rest.signal,
  });
  const { promptTokens } = given.end;
  const isEqual = expected.stopped
    ? given.text === expected.text
    : given.text.startsWith(completeText(expected.text));
  if (isEqual) return { result: "equal", promptTokens };
  const parting = findParting(expected.text, given.parts);
  const at =
    parting.got === null
      ? { ...parting, best: await chancesAtEnd(address, model, parting.common, options, rest) }
      : parting;
  const result = isNearTie(expected.text, at) ? "near_tie" : "parted";
  return { result, promptTokens, at };
}

/** A cut answer may end within a character. */
function completeText(text: string): string {
  return text.replace(/\ufffd+$/, "");
}

/** The first part of the answer that does not go on as the expected text does. */
export function findParting(expected: string, parts: readonly ChatPart[]): Parting {
  let common = "";
  let index = 0;
  for (const { text, tokens } of parts) {
    if (!expected.startsWith(common + text)) {
      const [token] = tokens;
      // Ollama is silent about a token that ends within a character, and then brings it along with
      // the next one: which of them parted is not known.
      const isWhole = tokens.length === 1 && token?.text === text;
      const got = isWhole ? token : { text, best: [] };
      return { common, index, got, best: got.best };
    }
    common += text;
    index += tokens.length;
  }
  return { common, index, got: null, best: [] };
}

/** Whether the expected text goes on with the other one of two tokens that are nearly as likely. */
export function isNearTie(expected: string, { common, got, best }: Parting): boolean {
  const [first, second] = best;
  if (!first || !second || first.probability - second.probability > nearTieGap) return false;
  const taken = got?.text ?? "";
  const other = first.text === taken ? second : first;
  const rest = expected.slice(common.length);
  // Control tokens have no text: the other token ended the answer that was expected.
  if (other.text === "") return rest === "";
  return rest.startsWith(other.text) || other.text.includes("\ufffd");
}

/**
 * The two likeliest tokens where Ollama ended its answer: it reports none for an end token, so one
 * of the two is drawn by chance until it is the other one. An unlikely other one never comes up.
 */
async function chancesAtEnd(
  address: string,
  model: string,
  common: string,
  options: Parameters,
  rest: GreedyRest,
): Promise<readonly TokenChance[]> {
  const prompt = (await rest.prompt()) + common;
  for (let seed = 1; seed <= 12; seed += 1) {
    const draw = { ...options, num_predict: 1, temperature: 1, top_k: 2, top_p: 1, min_p: 0, seed };
    const reply = await askJson<{ logprobs?: LogprobReply[] }>(address, {
      method: "POST",
      path: "/api/generate",
      json: {
        model,
        prompt,
        raw: true,
        stream: false,
        logprobs: true,
        top_logprobs: 2,
        options: draw,
      },
      signal: rest.signal,
    });
    const [token] = readTokens(reply.logprobs);
    if (token) return token.best;
  }
  return [];
}
