import { useEffect, useRef, useState } from "react";
import type { ChatEvent } from "#contract/routes/chat.ts";
import { sentenceOf } from "../../app/api.ts";

export interface Message {
  role: "user" | "assistant";
  content: string;
}

/** One voice's answer, as far as it has come. */
export interface Answer {
  text: string;
  end:
    | { kind: "done"; reason: "stop" | "length"; tokens: number; seconds: number }
    | { kind: "cancelled" }
    | { kind: "error"; message: string }
    | null;
}

/** A question and what each voice that was asked says to it. */
export interface Turn<V extends string> {
  question: string;
  answers: Partial<Record<V, Answer>>;
}

/** Asks one voice; the stream ends when the signal aborts. */
export type Ask<V extends string> = (
  voice: V,
  messages: Message[],
  signal: AbortSignal,
) => AsyncIterable<ChatEvent>;

/** A conversation of several turns with one voice or with two at once, each with its own past. */
export function useConversation<V extends string>(ask: Ask<V>) {
  const [turns, setTurns] = useState<readonly Turn<V>[]>([]);
  const [answering, setAnswering] = useState(false);
  const stopper = useRef<AbortController | null>(null);
  useEffect(() => () => stopper.current?.abort(), []);

  async function send(question: string, voices: readonly V[]): Promise<void> {
    const abort = new AbortController();
    stopper.current = abort;
    const answers: Turn<V>["answers"] = {};
    const show = () => setTurns([...turns, { question, answers: { ...answers } }]);
    const hear = async (voice: V) => {
      const answer: Answer = { text: "", end: null };
      const tell = () => {
        answers[voice] = { ...answer };
        show();
      };
      tell();
      try {
        for await (const event of ask(voice, pastOf(turns, voice, question), abort.signal)) {
          if (event.type === "token") answer.text += event.text;
          else if (event.type === "error")
            answer.end = { kind: "error", message: event.error.message };
          else if (event.reason === "cancelled") answer.end = { kind: "cancelled" };
          else {
            const { reason, tokens, seconds } = event;
            answer.end = { kind: "done", reason, tokens, seconds };
          }
          tell();
        }
      } catch (error) {
        const stopped = abort.signal.aborted;
        answer.end = stopped
          ? { kind: "cancelled" }
          : { kind: "error", message: sentenceOf(error).message };
      }
      // A stream that ended without a word was cut by this page's own signal.
      answer.end ??= { kind: "cancelled" };
      tell();
    };
    setAnswering(true);
    await Promise.all(voices.map(hear));
    if (stopper.current === abort) stopper.current = null;
    setAnswering(false);
  }

  return {
    turns,
    answering,
    send,
    stop: () => stopper.current?.abort(),
    reset: () => setTurns([]),
  };
}

/** What a voice has heard and said so far; turns that it was not asked in never happened for it. */
function pastOf<V extends string>(
  turns: readonly Turn<V>[],
  voice: V,
  question: string,
): Message[] {
  const past = turns.flatMap((turn): Message[] => {
    const answer = turn.answers[voice];
    if (answer === undefined || answer.text === "") return [];
    return [
      { role: "user", content: turn.question },
      { role: "assistant", content: answer.text },
    ];
  });
  return [...past, { role: "user", content: question }];
}
