import type { Message } from "#contract/dataset.ts";
import type { SectionValues } from "#contract/parameters/types.ts";
import type { ChatSession } from "#core/api.ts";
import { printable, type Terminal } from "#cli/terminal.ts";

/** One model in a conversation, with what was said to and by it. */
export interface Voice {
  readonly name: "base" | "tuned";
  readonly session: Pick<ChatSession, "answer" | "close">;
  messages: Message[];
}

/**
 * Lets a model answer its conversation, writing the tokens as they come, and adds the answer to it.
 * `named` puts its name before the answer.
 */
export async function speak(
  terminal: Terminal,
  voice: Voice,
  options: { settings: SectionValues; named: boolean; signal?: AbortSignal },
): Promise<void> {
  const { settings, named, signal } = options;
  const write = (text: string) => void (terminal.json || process.stdout.write(text));
  if (named) write(terminal.style("cyan", voice.name.padEnd(6)));
  const tokens = voice.session.answer(voice.messages, { settings, ...(signal && { signal }) });
  let text = "";
  let next = await tokens.next();
  while (!next.done) {
    text += next.value;
    terminal.data({ type: "token", model: voice.name, text: next.value });
    write(printable(next.value));
    next = await tokens.next();
  }
  voice.messages.push({ role: "assistant", content: text });
  terminal.data({ type: "done", model: voice.name, answer: text, ...next.value });
  write("\n");
  const { reason } = next.value;
  if (reason !== "stop") terminal.hint(terminal.style("dim", `[${endWords[reason]}]`));
}

const endWords = { length: "cut at num_predict", cancelled: "stopped" } as const;
