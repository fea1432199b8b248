import { createInterface } from "node:readline";
import type { Message } from "#contract/dataset.ts";
import { AppError } from "#contract/errors.ts";
import type { SectionValues } from "#contract/parameters/types.ts";
import type { BaseProgress, ChatModel } from "#core/api.ts";
import type { Context } from "#cli/context.ts";
import { findRun } from "#cli/find-run.ts";
import { bytes } from "#cli/output/format.ts";
import { progressLine } from "#cli/output/progress-line.ts";
import { runName } from "#cli/run-view/follow.ts";
import { parseSettings } from "#cli/settings/parse-setting.ts";
import { openOllamaChat } from "#cli/chat/ollama-session.ts";
import { speak, type Voice } from "#cli/chat/voice.ts";

export interface ChatOptions {
  ollama?: boolean;
  base?: boolean;
  both?: boolean;
  prompt?: string[];
  system?: string;
  set?: string[];
}

/**
 * `tunesmith chat`: a conversation with a run's model, in a process of its own, without Ollama;
 * with --ollama as Ollama serves it, with --base by the untouched base, with --both by both.
 * With --prompt, or with text on a pipe (one turn per line), it answers and ends.
 */
export async function chat(
  context: Context,
  reference: string,
  options: ChatOptions,
): Promise<void> {
  const { core, workspace, terminal } = context;
  const settings = chatSettings(options.set ?? []);
  const { slug, id } = await findRun(context, reference);
  const { number } = await core.readRun(workspace, slug, id);
  const start: Message[] =
    options.system === undefined ? [] : [{ role: "system", content: options.system }];
  const voices: Voice[] = [];
  try {
    for (const name of voicesOf(options)) {
      if (name === "base") await makeBaseReady(context, slug, id);
      const session = options.ollama
        ? await openOllamaChat(workspace, { slug, id, number })
        : await core.openChat(workspace, slug, id, { model: name });
      voices.push({ name, session, messages: [...start] });
    }
    const talk: Talk = { context, voices, settings, start };
    if (options.prompt) {
      for (const prompt of options.prompt) await turn(talk, prompt);
      return;
    }
    const person = process.stdin.isTTY && !terminal.json;
    if (person) {
      terminal.say(
        `Talking to ${runName({ slug, number })}. /new forgets the conversation, /bye ends it.`,
      );
    }
    await converse(talk, person);
  } finally {
    await Promise.all(voices.map((voice) => voice.session.close()));
  }
}

/** The base first: what it knew is read before what was learned. */
const voicesOf = ({ base, both }: ChatOptions): ChatModel[] =>
  both ? ["base", "tuned"] : [base ? "base" : "tuned"];

const baseSteps: Record<BaseProgress["step"], string> = {
  hash: "Checking the base's weights",
  convert: "Converting the base",
  quantize: "Shrinking the base",
};

/** Converts the untouched base where that was not done yet; Ctrl-C stops it. */
async function makeBaseReady(context: Context, slug: string, id: string): Promise<void> {
  const { core, workspace, terminal } = context;
  const stop = new AbortController();
  const abort = () => stop.abort();
  process.on("SIGINT", abort);
  const line = progressLine(terminal, terminal.hint);
  try {
    await core.provideBaseModel(workspace, slug, id, {
      signal: stop.signal,
      onProgress: (progress) => {
        terminal.data({ type: "progress", ...progress });
        const { step, done, total } = progress;
        line.show(step, `${baseSteps[step]}: ${bytes(done)} of ${bytes(total)}`);
      },
    });
  } finally {
    line.end();
    process.removeListener("SIGINT", abort);
  }
}

interface Talk {
  context: Context;
  voices: Voice[];
  settings: SectionValues;
  /** What every conversation begins with. */
  start: Message[];
}

/** Only Modelfile parameters count in a chat; a name that both sections have means the Modelfile's. */
function chatSettings(assignments: readonly string[]): SectionValues {
  const full = assignments.map((text) =>
    /^seed\s*=/.test(text) ? `modelfile_config.${text}` : text,
  );
  const { modelfile_config: settings = {}, ...others } = parseSettings(full);
  const [section] = Object.keys(others);
  if (section !== undefined) {
    throw new AppError("bad_request", {
      detail: `${section} has no say in a chat; only modelfile_config has`,
    });
  }
  return settings;
}

async function turn(talk: Talk, prompt: string, signal?: AbortSignal): Promise<void> {
  const { context, voices, settings } = talk;
  for (const voice of voices) {
    voice.messages.push({ role: "user", content: prompt });
    await speak(context.terminal, voice, {
      settings,
      named: voices.length > 1,
      ...(signal && { signal }),
    });
    if (signal?.aborted) return;
  }
}

/** Turns from the keyboard or a pipe, until the end of input. Ctrl-C stops an answer, else the chat. */
async function converse(talk: Talk, person: boolean): Promise<void> {
  const { style } = talk.context.terminal;
  const lines = createInterface({
    input: process.stdin,
    ...(person && { output: process.stdout, prompt: style("bold", "› ") }),
  });
  let answering: AbortController | undefined;
  lines.on("SIGINT", () => (answering ? answering.abort() : lines.close()));
  if (person) lines.prompt();
  for await (const line of lines) {
    const text = line.trim();
    if (text === "/bye" || text === "/exit") break;
    if (text === "/new") {
      for (const voice of talk.voices) voice.messages = [...talk.start];
    } else if (text !== "") {
      answering = new AbortController();
      await turn(talk, text, answering.signal);
      answering = undefined;
    }
    if (person) lines.prompt();
  }
  lines.close();
}
