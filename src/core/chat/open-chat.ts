import { stat } from "node:fs/promises";
import type { Message } from "#contract/dataset.ts";
import { AppError } from "#contract/errors.ts";
import type { ParameterValue, SectionValues } from "#contract/parameters/types.ts";
import { validateSection } from "#contract/parameters/validate.ts";
import { readRun, runFiles } from "../runs/read-runs.ts";
import { trainerError } from "../trainer/errors.ts";
import type { Workspace } from "../workspace.ts";
import { findBaseModel } from "./base-model.ts";
import { startChatProcess } from "./chat-process.ts";
import type { ChatProcess, ChatReply } from "./chat-process.ts";

export interface ChatDone {
  reason: "stop" | "length" | "cancelled";
  tokens: number;
  promptTokens: number;
  seconds: number;
}

export interface ChatSession {
  /** The system prompt that the model serves with, or undefined. */
  readonly system: string | undefined;
  /** Tokens as they come; returns how it ended. Messages get the system prompt where they bring none. */
  answer(
    messages: Message[],
    options?: { settings?: SectionValues; signal?: AbortSignal },
  ): AsyncGenerator<string, ChatDone>;
  close(): Promise<void>;
}

/** Which of the two models of a run answers. */
export type ChatModel = "tuned" | "base";

/**
 * Opens a run's GGUF, or that of its untouched base, in a process of its own. Both take the run's
 * own Modelfile settings.
 * Errors: run_not_found, chat_no_model, chat_no_base (see `provideBaseModel`), engine_missing.
 */
export async function openChat(
  ws: Workspace,
  slug: string,
  id: string,
  { model: which = "tuned" }: { model?: ChatModel } = {},
): Promise<ChatSession> {
  const { spec, state } = await readRun(ws, slug, id);
  const files = await runFiles(ws, slug, id);
  if (files.gguf === undefined) throw new AppError("chat_no_model", { id, status: state.status });
  const gguf = which === "tuned" ? files.gguf : (await findBaseModel(ws, slug, id)).path;
  if (gguf === undefined) throw new AppError("chat_no_base", { id });
  // The base may be gone; the GGUF brings all that is needed but some names of tokens.
  const model = await stat(spec.model.path).then(
    () => spec.model.path,
    () => undefined,
  );
  const process = await startChatProcess(ws, { gguf, model });
  const system = spec.modelfile["system"];
  let requests = 0;
  return {
    system: typeof system === "string" && system !== "" ? system : undefined,
    answer: (messages, { settings = {}, signal } = {}) => {
      requests += 1;
      const options = withSettings(spec.modelfile, settings);
      return answer(process, { id: String(requests), messages, options }, signal);
    },
    close: () => process.close(),
  };
}

/** Errors: parameter_*, python_failed, trainer_refused. */
async function* answer(
  process: ChatProcess,
  request: { id: string; messages: Message[]; options: Record<string, ParameterValue> },
  signal: AbortSignal | undefined,
): AsyncGenerator<string, ChatDone> {
  const { id, messages, options } = request;
  const replies: (ChatReply | undefined)[] = [];
  let wake: () => void = () => undefined;
  const stopListening = process.listen(id, (reply) => {
    replies.push(reply);
    wake();
  });
  const cancel = (): void => process.send({ id, type: "cancel" });
  signal?.addEventListener("abort", cancel, { once: true });
  let finished = false;
  try {
    process.send({ id, messages, options, stop: options["stop"] ?? [] });
    if (signal?.aborted) cancel();
    for (;;) {
      if (replies.length === 0) await new Promise<void>((resolve) => (wake = resolve));
      const reply = replies.shift();
      if (reply === undefined) throw process.failure();
      if (!("type" in reply)) continue;
      if (reply.type === "error") throw trainerError(reply.error);
      if (reply.type === "done") {
        finished = true;
        const { reason, tokens, promptTokens, seconds } = reply;
        return { reason, tokens, promptTokens, seconds };
      }
      yield reply.text;
    }
  } finally {
    signal?.removeEventListener("abort", cancel);
    stopListening();
    // Whoever stops listening wants no more of this answer.
    if (!finished) cancel();
  }
}

/** The run's own settings with others laid over them; null = unset. */
function withSettings(
  own: Record<string, ParameterValue>,
  settings: SectionValues,
): Record<string, ParameterValue> {
  const merged = { ...own };
  for (const [key, value] of Object.entries(validateSection("modelfile_config", settings))) {
    if (value === null) delete merged[key];
    else merged[key] = value;
  }
  return merged;
}
