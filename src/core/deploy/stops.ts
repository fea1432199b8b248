import { answer, type ChatMessage } from "./chat.ts";
import type { StopShare } from "#contract/ollama-proof.ts";

/** Fewer than this share of answers that end by themselves is a fault. */
const enoughStops = 0.95;

export interface StopOptions {
  readonly address: string;
  readonly model: string;
  readonly prompts: readonly { readonly id: string; readonly messages: readonly ChatMessage[] }[];
  /** Tokens after which an answer counts as endless. */
  readonly limit: number;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: (done: number, total: number) => void;
}

const tailLength = 120;
const shownExamples = 3;

/**
 * How many held-out prompts the model in Ollama answers to an end, with the settings that it
 * serves with and a fixed seed; and why, where too few.
 */
export async function measureStops(options: StopOptions): Promise<StopShare> {
  const { address, model, prompts, limit, signal } = options;
  if (prompts.length === 0) throw new TypeError("no prompts to measure stops on");
  const endless: { id: string; text: string; sawEnd: boolean }[] = [];
  let done = 0;
  for (const { id, messages } of prompts) {
    const given = await answer(address, {
      model,
      messages,
      options: { num_predict: limit, seed: 1 },
      topTokens: 2,
      signal,
    });
    if (given.end.reason === "length") {
      // Control tokens have no text: an end token would be seen among the two likeliest.
      const sawEnd = given.parts.some((part) =>
        part.tokens.some(({ best }) => best.some(({ text }) => text === "")),
      );
      endless.push({ id, text: given.text, sawEnd });
    }
    options.onProgress?.((done += 1), prompts.length);
  }
  const stopped = prompts.length - endless.length;
  return {
    stopped,
    total: prompts.length,
    limit,
    cause: stopped / prompts.length >= enoughStops ? null : stopCause(endless),
    examples: endless
      .slice(0, shownExamples)
      .map(({ id, text }) => ({ id, tail: Array.from(text).slice(-tailLength).join("") })),
  };
}

function stopCause(endless: readonly { text: string; sawEnd: boolean }[]): StopShare["cause"] {
  const most = (count: number): boolean => 2 * count > endless.length;
  if (most(endless.filter(({ text }) => repeatsItself(text)).length)) return "ollama_stops_repeats";
  return most(endless.filter(({ sawEnd }) => sawEnd).length)
    ? "ollama_stops_too_long"
    : "ollama_stops_end_token";
}

/** Whether a text ends in the same piece at least four times in a row. */
export function repeatsItself(text: string): boolean {
  for (let length = 1; 4 * length <= text.length; length += 1) {
    const piece = text.slice(-length);
    if (piece.trim() !== "" && text.endsWith(piece.repeat(4))) return true;
  }
  return false;
}
