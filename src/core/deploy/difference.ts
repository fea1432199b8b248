import type { ProofDifference } from "#contract/ollama-proof.ts";

/** One token as the training tokenizer splits a text. */
export interface Token {
  readonly id: number;
  readonly piece: string;
}

/** Splits texts as training does, control tokens included and nothing added. */
export type Tokenise = (texts: readonly string[]) => Promise<readonly (readonly Token[])[]>;

const neighbours = 5;

/** The first token at which what Ollama would feed parts from what training fed. */
export async function firstPromptDifference(
  conversation: string,
  expectedPrompt: string,
  gotPrompt: string,
  tokenise: Tokenise,
): Promise<ProofDifference> {
  const [expected = [], got = []] = await tokenise([expectedPrompt, gotPrompt]);
  let index = 0;
  while (index < expected.length && expected[index]?.id === got[index]?.id) index += 1;
  const pieces = (tokens: readonly Token[], start: number, end: number): string[] =>
    tokens.slice(Math.max(0, start), end).map(({ piece }) => piece);
  return {
    kind: "prompt",
    conversation,
    index,
    expected: shown(expected[index]),
    got: shown(got[index]),
    before: pieces(expected, index - neighbours, index),
    afterExpected: pieces(expected, index + 1, index + 1 + neighbours),
    afterGot: pieces(got, index + 1, index + 1 + neighbours),
    detail: null,
  };
}

/** A difference that is no token of a text: a count, a refusal, a token of an answer. */
export function plainDifference(
  kind: ProofDifference["kind"],
  conversation: string,
  rest: Partial<Omit<ProofDifference, "kind" | "conversation">>,
): ProofDifference {
  return {
    kind,
    conversation,
    index: 0,
    expected: null,
    got: null,
    before: [],
    afterExpected: [],
    afterGot: [],
    detail: null,
    ...rest,
  };
}

function shown(token: Token | undefined): ProofDifference["expected"] {
  return token ? { id: token.id, text: token.piece } : null;
}
